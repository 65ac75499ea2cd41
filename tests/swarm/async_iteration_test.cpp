#include "swarm/async_iteration.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <limits>
#include <numeric>

#include "support/error_of.hpp"
#include "swarm/same_bits.hpp"
#include "swarm/toy_problem.hpp"

namespace shoal::swarm::round_test {
namespace {

using testing::accuracy_problem;
using testing::evaluate;
using testing::paired_by_mean;
using testing::Problem;
using testing::same_bits;
using Order = std::vector<int>;

const PairedTest by_mean = paired_by_mean;

Settings asynchronous(const std::string& name) {
  Settings settings = preset(name, 4);
  settings.schedule = Schedule::asynchronous;
  return settings;
}

Order in_order(int particles) {
  Order order(static_cast<std::size_t>(particles));
  std::iota(order.begin(), order.end(), 0);
  return order;
}

Order backwards(int particles) {
  Order order = in_order(particles);
  std::ranges::reverse(order);
  return order;
}

/// An iteration whose evaluations are taken in this order.
AsyncIteration round_of(const SwarmState& state, const Settings& settings, const Problem& problem, const Order& order) {
  const Proposal proposal = propose(state, settings);
  const auto evaluations = evaluate(problem, proposal);
  AsyncIteration round(state, proposal, settings, by_mean);
  for (const int id : order) round.take(id, evaluations[static_cast<std::size_t>(id)]);
  return round;
}

/// Several iterations, forwards and backwards in turn.
SwarmState after(int rounds, SwarmState state, const Settings& settings, const Problem& problem) {
  for (int k = 0; k < rounds; ++k) {
    const Order order = k % 2 == 0 ? backwards(settings.particles) : in_order(settings.particles);
    state = round_of(state, settings, problem, order).step().state;
  }
  return state;
}

/// Smooth utilities, none equal to another.
Problem smooth() { return testing::concave_problem({0.4, 0.3, 0.2, 0.1}); }

}  // namespace

TEST_CASE("the bests after a first round are those of a synchronous iteration, in whatever order", "[round]") {
  const Problem problem = smooth();
  for (const char* name : {"paper", "quick"}) {
    const Settings settings = asynchronous(name);
    const SwarmState begun = testing::first_step(settings, problem, 5).state;
    const SwarmState together = testing::next_step(begun, settings, problem).state;
    for (const Order& order : {in_order(settings.particles), backwards(settings.particles)}) {
      SwarmState one_by_one = round_of(begun, settings, problem, order).step().state;
      CHECK(one_by_one.moves.size() == one_by_one.particles.size());
      one_by_one.moves.clear();
      CHECK(same_bits(one_by_one, together));
    }
  }
}

TEST_CASE("who is taken last moves as in a synchronous search, who is taken first by older bests", "[round]") {
  const Problem problem = smooth();
  const Settings settings = asynchronous("paper");
  const SwarmState begun = testing::first_step(settings, problem, 5).state;
  const SwarmState together = testing::next_step(begun, settings, problem).state;
  const Proposal expected = propose(together, settings);
  for (const Order& order : {in_order(settings.particles), backwards(settings.particles)}) {
    const SwarmState state = round_of(begun, settings, problem, order).step().state;
    REQUIRE_FALSE(same_bits(state.global_best, begun.global_best));
    const Proposal moved = propose(state, settings);
    const auto last = static_cast<std::size_t>(order.back());
    CHECK(same_bits(moved.particles[last], expected.particles[last]));
    CHECK(moved.iteration == expected.iteration);
    CHECK(moved.step_length == expected.step_length);
    CHECK_FALSE(same_bits(moved.particles, expected.particles));
  }
}

TEST_CASE("where no best changes, every particle moves as in a synchronous search", "[round]") {
  const Problem problem = smooth();
  const Settings settings = asynchronous("paper");
  const SwarmState begun = testing::first_step(settings, problem, 5).state;
  const Proposal proposal = propose(begun, settings);
  const double between = (begun.global_best.utility + begun.global_worst.utility) / 2.0;
  const std::vector<Evaluation> evaluations(proposal.particles.size(), Evaluation{between, {between}});
  const SwarmState together = advance(begun, proposal, settings, evaluations, by_mean).state;
  AsyncIteration round(begun, proposal, settings, by_mean);
  for (const int id : backwards(settings.particles)) round.take(id, evaluations[0]);
  CHECK(same_bits(propose(round.step().state, settings), propose(together, settings)));
}

TEST_CASE("the same order gives the same bits", "[round]") {
  const Problem problem = accuracy_problem(1, 4, 9, 40);
  for (const char* name : {"paper", "robust", "moco", "quick"}) {
    const Settings settings = asynchronous(name);
    const SwarmState begun = testing::first_step(settings, problem, 3).state;
    CHECK(same_bits(after(6, begun, settings, problem), after(6, begun, settings, problem)));
  }
}

TEST_CASE("another order is another search", "[round]") {
  const Problem problem = smooth();
  const Settings settings = asynchronous("paper");
  SwarmState forwards = testing::first_step(settings, problem, 5).state;
  const SwarmState in_turn = after(3, forwards, settings, problem);
  for (int k = 0; k < 3; ++k)
    forwards = round_of(forwards, settings, problem, in_order(settings.particles)).step().state;
  CHECK_FALSE(same_bits(in_turn, forwards));
}

TEST_CASE("a particle moves at once, by the bests that its own evaluation has led to", "[round]") {
  const Settings settings = asynchronous("paper");
  const SwarmState begun = testing::first_step(settings, smooth(), 5).state;
  const Proposal proposal = propose(begun, settings);
  AsyncIteration round(begun, proposal, settings, by_mean);
  round.take(2, {0.9, {0.9}});
  SwarmState then = begun;
  then.iteration = proposal.iteration;
  then.step_length = begun.step_length * settings.step_length_factor;
  then.particles = proposal.particles;
  Particle& best = then.particles[2];
  then.global_best.position = best.best_position = best.position;
  CHECK(round.next_position(2) == moved_on(then, settings, 2).particle.position);
  CHECK(round.order() == Order{2});
  CHECK_FALSE(round.over());
}

TEST_CASE("a windowed worst is that of the last rounds and of what was taken of the present one", "[round]") {
  Settings settings = asynchronous("quick");
  settings.worst_window = 2;
  const SwarmState begun = testing::first_step(settings, smooth(), 5).state;
  const auto evaluated = [&](const SwarmState& state, const std::vector<double>& utilities) {
    AsyncIteration round(state, propose(state, settings), settings, by_mean);
    for (std::size_t i = 0; i < utilities.size(); ++i) round.take(static_cast<int>(i), {utilities[i], {utilities[i]}});
    return round.step().state;
  };
  const SwarmState one = evaluated(begun, {0.4, 0.3, 0.5, 0.3});
  const SwarmState two = evaluated(one, {0.9, 0.8, 0.8, 0.9});
  CHECK(one.worst_by_iteration.size() == 2);
  CHECK((two.global_worst.iteration == 1 && two.global_worst.particle == 1));
  const SwarmState three = evaluated(two, {0.95, 0.9, 0.9, 0.85});
  CHECK(three.worst_by_iteration.size() == 2);
  CHECK((three.global_worst.iteration == 2 && three.global_worst.particle == 1));
}

TEST_CASE("a round records its order and every test of promotion, in the order of the evaluations", "[round]") {
  const Problem problem = accuracy_problem(1, 4, 9, 40);
  const Settings settings = asynchronous("robust");
  const SwarmState begun = testing::first_step(settings, problem, 3).state;
  const Order order = backwards(settings.particles);
  const Step step = round_of(begun, settings, problem, order).step();
  CHECK(step.record.order == order);
  CHECK(step.record.paired_promotion);
  for (std::size_t i = 1; i < step.record.promotions.size(); ++i)
    CHECK(step.record.promotions[i - 1].particle > step.record.promotions[i].particle);
  CHECK(step.record.particles.front().examples == 40);
  CHECK(step.state.best_history.size() == 2);
  CHECK(step.state.evaluations == 2 * settings.particles);
}

TEST_CASE("an evaluation without a finite utility sends its particle back, and too many end the run", "[round]") {
  Settings settings = asynchronous("paper");
  settings.max_invalid = 1;
  const SwarmState begun = testing::first_step(settings, smooth(), 5).state;
  const Proposal proposal = propose(begun, settings);
  AsyncIteration round(begun, proposal, settings, by_mean);
  const Evaluation none{std::numeric_limits<double>::quiet_NaN(), {0.0}};
  round.take(1, none);
  CHECK_THAT(shoal::testing::error_of([&] { round.take(3, none); }), Catch::Matchers::StartsWith("3: 2 utilities"));
}

TEST_CASE("no evaluation is taken twice, and a round that is not over has no outcome", "[round]") {
  const Settings settings = asynchronous("paper");
  const SwarmState begun = testing::first_step(settings, smooth(), 5).state;
  AsyncIteration round(begun, propose(begun, settings), settings, by_mean);
  round.take(0, {0.5, {0.5}});
  CHECK_THAT(shoal::testing::error_of([&] { round.take(0, {0.5, {0.5}}); }), Catch::Matchers::Contains("twice"));
  CHECK_THAT(shoal::testing::error_of([&] { round.step(); }), Catch::Matchers::Contains("not over"));
}

TEST_CASE("an asynchronous swarm closes in on the target", "[round]") {
  const Problem problem = smooth();
  const Settings settings = asynchronous("paper");
  const SwarmState begun = testing::first_step(settings, problem, 5).state;
  const SwarmState ended = after(40, begun, settings, problem);
  const double distance_before = 1.0 - begun.global_best.utility;  // squared
  CHECK(1.0 - ended.global_best.utility < distance_before / 4.0);
}

}  // namespace shoal::swarm::round_test
