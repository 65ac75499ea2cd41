#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "swarm/toy_problem.hpp"

namespace shoal::swarm::testing {

/// The slow reference of Model Swarms (arXiv 2410.11163): every particle is a weight vector of its own, everything that
/// was ever evaluated is kept, and every rule is looked up in that log instead of being counted along.
class WeightSpaceSwarm {
 public:
  /// What happened to one particle in one iteration.
  struct Entry {
    Weights x;
    double utility;  ///< repeats the previous one when skipped
    bool evaluated;
    bool improved;
    bool restarted;
  };
  struct Particle {
    Weights x, v, p;
    double p_utility;
    std::vector<Entry> log;  ///< one entry per iteration
  };
  struct Best {
    std::size_t particle;
    int iteration;
    double utility;
    Weights x;
  };

  WeightSpaceSwarm(const Settings& settings, const Problem& problem, std::uint64_t seed)
      : s_(settings), problem_(problem), seed_(seed), step_length(settings.step_length) {
    for (std::uint32_t i = 0; i < unsigned_of(s_.particles); ++i) particles.push_back(born(i));
    if (s_.starting_velocity_mode == StartingVelocity::random) {
      for (std::uint32_t i = 0; i < particles.size(); ++i) {
        const std::size_t j = other(i, draw(0, i, Purpose::partner, 0), particles.size());
        particles[i].v = sum(1.0, particles[j].x, -1.0, particles[i].x);
      }
    }
    for (Particle& particle : particles) log_evaluation(particle, false);
    g = g_w = {0, 0, std::numeric_limits<double>::quiet_NaN(), {}};
    for (std::size_t i = 0; i < particles.size(); ++i) {
      const double u = particles[i].log[0].utility;
      if (std::isfinite(u) && !(u <= g.utility)) g = {i, 0, u, particles[i].x};
      if (std::isfinite(u) && !(u >= g_w.utility)) g_w = {i, 0, u, particles[i].x};
    }
    g_log.push_back(g.utility);
    if (s_.starting_velocity_mode == StartingVelocity::best) {
      for (Particle& particle : particles) particle.v = sum(1.0, g.x, -1.0, particle.x);
    }
  }

  bool stops() const {
    if (iteration >= s_.max_iteration) return true;
    const auto patience = static_cast<std::size_t>(s_.patience);
    // Published code: more than `patience` entries, the last `patience` equal. Shoal: `patience` entries after the
    // best.
    if (g_log.size() <= patience) return false;
    const std::size_t looked_at = s_.rules == Rules::published_code ? patience : patience + 1;
    return std::all_of(g_log.end() - static_cast<std::ptrdiff_t>(looked_at), g_log.end(),
                       [&](double u) { return u == g_log.back(); });
  }

  void iterate() {
    ++iteration;
    std::vector<bool> restarted;
    for (std::uint32_t i = 0; i < particles.size(); ++i) {
      restarted.push_back(is_due(particles[i]));
      if (restarted.back()) {
        particles[i].x = particles[i].p;
        particles[i].v.assign(particles[i].x.size(), 0.0);
      }
      move(particles[i], i);
    }
    const bool whole_dropped = draw(iteration, 0xffffffffU, Purpose::dropout, 0) < s_.drop_k;
    bool any = false;
    for (std::uint32_t i = 0; i < particles.size(); ++i) {
      if (whole_dropped || draw(iteration, i, Purpose::dropout, 0) < s_.drop_n) {
        particles[i].log.push_back({particles[i].x, particles[i].log.back().utility, false, false, restarted[i]});
      } else {
        log_evaluation(particles[i], restarted[i]);
        any = true;
      }
    }
    update_best();
    if (s_.worst_window > 0) {
      if (any) update_windowed_worst();
    } else {
      update_all_time_worst();
    }
    if (any || s_.count_skipped) g_log.push_back(g.utility);
    step_length = std::max(step_length * s_.step_length_factor, s_.minimum_step_length);
  }

 private:
  Settings s_;
  Problem problem_;
  std::uint64_t seed_;

 public:
  int iteration = 0;
  double step_length;
  std::vector<Particle> particles;
  Best g, g_w;
  std::vector<double> g_log;

 private:
  static std::uint32_t unsigned_of(int value) { return static_cast<std::uint32_t>(value); }

  double draw(int k, std::uint32_t i, Purpose purpose, std::uint32_t index) const {
    return uniform(seed_, {unsigned_of(k), i, purpose, index});
  }

  /// Uniform among the numbers below m without `taken`.
  static std::size_t other(std::size_t taken, double u, std::size_t m) {
    std::vector<std::size_t> rest;
    for (std::size_t j = 0; j < m; ++j) {
      if (j != taken) rest.push_back(j);
    }
    return rest[static_cast<std::size_t>(std::floor(u * static_cast<double>(rest.size())))];
  }

  static Weights sum(double a, const Weights& x, double b, const Weights& y) {
    Weights result(x.size());
    for (std::size_t d = 0; d < x.size(); ++d) result[d] = a * x[d] + b * y[d];
    return result;
  }

  Particle born(std::uint32_t i) const {
    const auto n = static_cast<std::uint32_t>(problem_.experts.size());
    Weights x;
    if (i < n) {
      x = problem_.experts[i];
    } else {
      const std::uint32_t m = s_.crossover_children ? i : n;
      const auto a = static_cast<std::size_t>(std::floor(draw(0, i, Purpose::crossover, 0) * m));
      const std::size_t b = other(a, draw(0, i, Purpose::crossover, 1), m);
      const double t = s_.crossover_range_low +
                       (s_.crossover_range_high - s_.crossover_range_low) * draw(0, i, Purpose::crossover, 2);
      x = sum(t, particles[a].x, 1.0 - t, particles[b].x);
    }
    return {x, Weights(x.size(), 0.0), x, -std::numeric_limits<double>::infinity(), {}};
  }

  void log_evaluation(Particle& particle, bool restarted) const {
    const double utility = evaluate(problem_, particle.x).utility;
    const bool improved = std::isfinite(utility) && utility > particle.p_utility;
    if (improved) {
      particle.p = particle.x;
      particle.p_utility = utility;
    }
    particle.log.push_back({particle.x, utility, true, improved, restarted});
  }

  bool is_due(const Particle& particle) const {
    const auto& log = particle.log;
    if (log.back().evaluated && !std::isfinite(log.back().utility)) return true;
    if (s_.rules == Rules::published_code && s_.restart_mode == RestartMode::sticky && s_.count_skipped) {
      // len(history) - history.index(best) >= restart_patience
      std::size_t first = 0;
      while (first < log.size() && log[first].utility != particle.p_utility) ++first;
      if (first == log.size()) first = 0;  // never a finite utility
      return static_cast<int>(log.size() - first) >= s_.restart_patience;
    }
    // Entries that count: after the last improvement, and from the last restart and its cool-down on.
    std::size_t from = 1;
    for (std::size_t k = 1; k < log.size(); ++k) {
      if (log[k].restarted && s_.restart_mode == RestartMode::one_shot) {
        from = k + static_cast<std::size_t>(s_.restart_cool_down);
      }
      if (log[k].improved) from = k + 1;
    }
    int age = s_.rules == Rules::published_code ? 1 : 0;
    for (std::size_t k = from; k < log.size(); ++k) age += log[k].evaluated || s_.count_skipped ? 1 : 0;
    return age >= s_.restart_patience;
  }

  void move(Particle& particle, std::uint32_t i) const {
    const auto r = [&](std::uint32_t index) {
      return s_.weight_randomness ? draw(iteration, i, Purpose::update, index) : 1.0;
    };
    const double r_v = r(0), r_p = r(1), r_g = r(2), r_w = r(3);
    const double phi_w = s_.repel_term ? s_.repel_coeff : 0.0;
    const double c = r_v * s_.inertia + r_p * s_.cognitive_coeff + r_g * s_.social_coeff + r_w * phi_w;
    for (std::size_t d = 0; d < particle.x.size(); ++d) {
      const double x = particle.x[d];
      particle.v[d] = 1.0 / c *
                      (r_v * s_.inertia * particle.v[d] + r_p * s_.cognitive_coeff * (particle.p[d] - x) +
                       r_g * s_.social_coeff * (g.x[d] - x) + r_w * phi_w * (x - g_w.x[d]));
      particle.x[d] = x + step_length * particle.v[d];
    }
  }

  /// The best of this iteration that beats g; with paired promotion the best of those that do so for certain.
  void update_best() {
    const Best incumbent = g;
    for (std::size_t i = 0; i < particles.size(); ++i) {
      const Entry& entry = particles[i].log.back();
      const bool higher = std::isfinite(entry.utility) && entry.utility > g.utility;
      if (!entry.evaluated || !higher) continue;
      if (s_.promotion == Promotion::paired) {
        const PairedDifference paired = paired_by_mean(evaluate(problem_, entry.x), evaluate(problem_, incumbent.x));
        if (!(paired.difference > s_.promotion_z * paired.standard_error)) continue;
      }
      g = {i, iteration, entry.utility, entry.x};
    }
  }

  void update_all_time_worst() {
    double lowest = std::numeric_limits<double>::infinity();
    for (const Particle& particle : particles) {
      const double u = particle.log.back().utility;
      if (std::isfinite(u)) lowest = std::min(lowest, u);
    }
    if (!(lowest < g_w.utility)) return;
    for (std::size_t i = particles.size(); i-- > 0;) {
      if (particles[i].log.back().utility != lowest) continue;
      g_w = {i, iteration, lowest, particles[i].x};
      if (s_.rules == Rules::published_code) return;  // the last of equals; otherwise go on down to the first
    }
  }

  /// Everything evaluated in the last worst_window evaluated iterations, oldest and highest id first.
  void update_windowed_worst() {
    int evaluated_iterations = 0;
    std::size_t from = static_cast<std::size_t>(iteration);
    for (std::size_t k = static_cast<std::size_t>(iteration) + 1; k-- > 0;) {
      const bool any =
          std::any_of(particles.begin(), particles.end(), [&](const Particle& p) { return p.log[k].evaluated; });
      if (any && evaluated_iterations++ < s_.worst_window) from = k;
    }
    Best worst{0, -1, std::numeric_limits<double>::infinity(), {}};
    for (std::size_t k = from; k <= static_cast<std::size_t>(iteration); ++k) {
      for (std::size_t i = particles.size(); i-- > 0;) {
        const Entry& entry = particles[i].log[k];
        if (!entry.evaluated || !std::isfinite(entry.utility) || entry.utility > worst.utility) continue;
        worst = {i, static_cast<int>(k), entry.utility, entry.x};
      }
    }
    if (worst.iteration >= 0) g_w = worst;
  }
};

}  // namespace shoal::swarm::testing
