#include "swarm/dense/dense_swarm.hpp"

#include <algorithm>
#include <cmath>
#include <thread>
#include <variant>

#include "base/error.hpp"
#include "swarm/dense/device_move.hpp"
#include "swarm/dense/mutation.hpp"
#include "swarm/dense/sparse_move.hpp"

namespace shoal::swarm {
namespace {

// 4 B * 7 vectors * 8192: what the particles have in common stays in the second-level cache from one to the next.
constexpr std::size_t part_length = 8192;

/// What a proposal wants of one particle that is held here.
struct Order {
  DenseParticle particle;
  UpdateWeights weights;
  Where where;
  Thresholds thresholds{};
};

std::vector<MoveFactors> factors_of(std::span<const Order> orders, double step_length) {
  std::vector<MoveFactors> factors;
  for (const Order& order : orders) factors.push_back(move_factors(order.weights, step_length));
  return factors;
}

}  // namespace

Origin origin_of(const Incumbent& extreme) { return {extreme.particle, extreme.iteration}; }

DenseSwarm::DenseSwarm(IdRange owned, std::size_t length)
    : owned_(owned),
      length_(length),
      positions_(static_cast<std::size_t>(owned.size()) * length),
      velocities_(positions_.size()),
      best_positions_(positions_.size()) {
  global_best_.weights.resize(length);
  global_worst_.weights.resize(length);
}

std::span<float> DenseSwarm::row(WeightVector& table, int id) const {
  expect(owned_.contains(id), "particle {} is held by another rank.", id);
  return std::span(table).subspan(static_cast<std::size_t>(id - owned_.first) * length_, length_);
}

std::span<const float> DenseSwarm::row(const WeightVector& table, int id) const {
  expect(owned_.contains(id), "particle {} is held by another rank.", id);
  return std::span(table).subspan(static_cast<std::size_t>(id - owned_.first) * length_, length_);
}

void DenseSwarm::restart(const Proposal& proposal) {
  for (int id = owned_.first; id < owned_.last; ++id) {
    if (!proposal.restarted[static_cast<std::size_t>(id)]) continue;
    std::ranges::copy(best_position(id), position(id).begin());
    std::ranges::fill(velocity(id), 0.0F);
  }
}

void DenseSwarm::move(const Proposal& proposal, const Settings& settings, std::uint64_t seed, int threads) {
  restart(proposal);
  const DenseBests bests{global_best_.weights, global_worst_.weights};
  std::vector<Order> orders;
  for (int id = owned_.first; id < owned_.last; ++id) {
    const auto& draws = std::get<std::vector<UpdateDraws>>(proposal.draws[static_cast<std::size_t>(id)]).front();
    orders.push_back({{position(id), velocity(id), best_position(id)},
                      update_weights(settings, draws),
                      {seed, proposal.iteration, id}});
  }
  if (settings.velocity == VelocityRule::ties) {
    in_parallel(orders.size(), threads, [&](std::size_t i) {
      orders[i].thresholds = trim_thresholds(orders[i].particle, bests, settings.density);
    });
  }
  const bool linear = settings.velocity == VelocityRule::linear;
  const bool moved = linear && has_device();
  if (moved) {
    const DeviceVectors vectors{positions_.data(),
                                velocities_.data(),
                                best_positions_.data(),
                                global_best_.weights.data(),
                                global_worst_.weights.data(),
                                owned_.size(),
                                static_cast<std::int64_t>(length_)};
    move_on_device(vectors, factors_of(orders, *proposal.step_length));
  }
  in_parts(length_, threads, [&](std::size_t begin, std::size_t end) {
    for (const Order& order : orders) {
      if (!linear) {
        const SparseRule rule{settings.velocity, order.thresholds, settings.density, order.where};
        move_sparsely(order.particle, bests, *proposal.step_length, order.weights, rule, begin, end);
      } else if (!moved) {
        move_dense(order.particle, bests, *proposal.step_length, order.weights, begin, end);
      }
      mutate(order.particle.position, settings.mutation, order.where, begin, end);
    }
  });
  iteration_ = proposal.iteration;
}

std::vector<DenseSwarm::Reached> DenseSwarm::reached(const SwarmState& state) const {
  std::vector<Reached> all;
  const auto add = [&](const Origin& origin, std::span<const float> weights) {
    const bool held = owned_.contains(origin.particle);
    if (held && std::ranges::find(all, origin, &Reached::origin) == all.end()) all.push_back({origin, weights});
  };
  for (int id = owned_.first; id < owned_.last; ++id) {
    add({id, state.particles[static_cast<std::size_t>(id)].best_iteration}, best_position(id));
  }
  for (const Remembered& remembered : window_) add(remembered.origin, remembered.weights);
  for (const Common* common : {&global_best_, &global_worst_}) add(common->origin, common->weights);
  return all;
}

std::vector<DenseSwarm::Common*> DenseSwarm::follow(const SwarmState& state) {
  for (int id = owned_.first; id < owned_.last; ++id) {
    const bool improved = state.particles[static_cast<std::size_t>(id)].best_iteration == state.iteration;
    if (improved) std::ranges::copy(position(id), best_position(id).begin());
  }
  std::vector<Common*> changed;
  if (take_over(global_best_, state.global_best, state.iteration)) changed.push_back(&global_best_);
  if (take_over(global_worst_, state.global_worst, state.iteration)) changed.push_back(&global_worst_);
  follow_window(state);
  return changed;
}

// What the state's window has forgotten is forgotten here; what it has just added is the present position.
void DenseSwarm::follow_window(const SwarmState& state) {
  std::vector<Remembered> kept;
  for (const Incumbent& extreme : state.worst_by_iteration) {
    if (!std::isfinite(extreme.utility) || !owned_.contains(extreme.particle)) continue;
    const auto known = std::ranges::find(window_, origin_of(extreme), &Remembered::origin);
    if (known != window_.end()) {
      kept.push_back(std::move(*known));
    } else {
      const auto weights = weights_of(origin_of(extreme), state.iteration);
      kept.push_back({origin_of(extreme), {weights.begin(), weights.end()}});
    }
  }
  window_ = std::move(kept);
}

std::span<const float> DenseSwarm::weights_of(const Origin& origin, int iteration) const {
  if (origin.iteration == iteration) return position(origin.particle);
  const auto found = std::ranges::find(window_, origin, &Remembered::origin);
  expect(found != window_.end(), "the position of particle {} in iteration {} was not kept.", origin.particle,
         origin.iteration);
  return found->weights;
}

bool DenseSwarm::take_over(Common& common, const Incumbent& extreme, int iteration) {
  if (common.origin == origin_of(extreme)) return false;
  common.origin = origin_of(extreme);
  if (owned_.contains(extreme.particle))
    std::ranges::copy(weights_of(common.origin, iteration), common.weights.begin());
  return true;
}

void DenseSwarm::start_towards_best() {
  for (int id = owned_.first; id < owned_.last; ++id) {
    const auto x = position(id);
    const auto v = velocity(id);
    for (std::size_t k = 0; k < length_; ++k) v[k] = global_best_.weights[k] - x[k];
  }
}

void in_parallel(std::size_t count, int threads, const std::function<void(std::size_t)>& work) {
  const auto workers = std::clamp<std::size_t>(static_cast<std::size_t>(threads), 1, std::max<std::size_t>(count, 1));
  const auto share = [&](std::size_t t) {
    for (std::size_t i = count * t / workers; i < count * (t + 1) / workers; ++i) work(i);
  };
  std::vector<std::jthread> others;
  for (std::size_t t = 1; t < workers; ++t) others.emplace_back(share, t);
  share(0);
}

void in_parts(std::size_t length, int threads, const std::function<void(std::size_t, std::size_t)>& work) {
  in_parallel((length + part_length - 1) / part_length, threads,
              [&](std::size_t part) { work(part * part_length, std::min(length, (part + 1) * part_length)); });
}

double norm(std::span<const float> a) {
  double squares = 0.0;
  for (const float value : a) squares += static_cast<double>(value) * static_cast<double>(value);
  return std::sqrt(squares);
}

double distance(std::span<const float> a, std::span<const float> b) {
  double squares = 0.0;
  for (std::size_t k = 0; k < a.size(); ++k) {
    const double d = static_cast<double>(a[k]) - static_cast<double>(b[k]);
    squares += d * d;
  }
  return std::sqrt(squares);
}

}  // namespace shoal::swarm
