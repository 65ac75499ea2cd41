#include "swarm/swarm.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include "support/error_of.hpp"
#include "swarm/same_bits.hpp"
#include "swarm/toy_problem.hpp"

namespace shoal::swarm::swarm_test {
namespace {

using shoal::testing::error_of;
using testing::accuracy_problem;
using testing::first_step;
using testing::next_step;
using testing::Problem;
using testing::run_swarm;
using testing::same_bits;

const double nan = std::numeric_limits<double>::quiet_NaN();

std::vector<Evaluation> with_utilities(const std::vector<double>& utilities) {
  std::vector<Evaluation> evaluations;
  for (const double utility : utilities) evaluations.push_back({utility, {utility, utility}});
  return evaluations;
}

/// Four particles (experts 0 to 2 and a crossover) begun with these utilities.
Step begun(const std::vector<double>& utilities, Settings settings = preset("paper", 3)) {
  settings.particles = 4;
  return begin(start(settings, 3, 8), settings, 3, 8, with_utilities(utilities));
}

Settings four_particles(const std::function<void(Settings&)>& change = {}) {
  Settings settings = preset("paper", 3);
  settings.particles = 4;
  if (change) change(settings);
  return settings;
}

Step advanced(const SwarmState& state, const Settings& settings, const std::vector<double>& utilities) {
  return advance(state, propose(state, settings), settings, with_utilities(utilities), testing::paired_by_mean);
}

Problem plain() { return accuracy_problem(5, 4, 9, 40); }

/// Proposes until one particle at least, but not all, is skipped.
Proposal partly_skipped(SwarmState& state, const Settings& settings) {
  Proposal proposal = propose(state, settings);
  while (proposal.to_evaluate().empty() || proposal.to_evaluate().size() == state.particles.size()) {
    ++state.iteration;
    proposal = propose(state, settings);
  }
  return proposal;
}

}  // namespace

TEST_CASE("iteration 0 makes every first position its particle's personal best", "[swarm]") {
  const SwarmState state = begun({0.4, 0.7, 0.2, 0.5}).state;
  CHECK(state.iteration == 0);
  CHECK(state.seed == 8);
  CHECK(state.experts == 3);
  CHECK(state.evaluations == 4);
  CHECK(state.best_history == std::vector{0.7});
  for (const Particle& particle : state.particles) {
    CHECK(particle.best_position == particle.position);
    CHECK(particle.best_utility == particle.utility);
    CHECK(particle.best_iteration == 0);
    CHECK(particle.age == 0);
  }
  CHECK(state.particles[3].best.scores == std::vector{0.5, 0.5});
}

TEST_CASE("iteration 0 finds the best and the worst, ties to the lowest id, without any paired test", "[swarm]") {
  const Step step = begun({0.4, 0.7, 0.4, 0.7}, preset("robust", 3));
  CHECK(step.state.global_best.particle == 1);
  CHECK(step.state.global_best.position == expert_position(1, 3));
  CHECK(step.state.global_worst.particle == 0);
  CHECK(step.record.promotions.empty());
  CHECK(step.record.paired_promotion);
}

TEST_CASE("starting velocity best leads to g and is in the record", "[swarm]") {
  Settings settings = preset("paper", 3);
  settings.starting_velocity_mode = StartingVelocity::best;
  const Step step = begun({0.4, 0.7, 0.2, 0.5}, settings);
  CHECK(step.state.particles[0].velocity == Coordinates{-1.0, 1.0, 0.0});
  CHECK(step.state.particles[1].velocity == Coordinates{0.0, 0.0, 0.0});
  CHECK(step.record.particles[0].velocity == Coordinates{-1.0, 1.0, 0.0});
}

TEST_CASE("an expert without a finite utility is an input error that names it", "[swarm]") {
  CHECK(error_of([] {
          begun({0.4, 0.5, nan, 0.1});
        }) == "3: expert 2 has a utility that is not a finite number. Remove it from experts.");
}

TEST_CASE("a crossover without a finite utility begins without a best and restarts", "[swarm]") {
  const SwarmState state = begun({0.4, 0.5, 0.3, nan}).state;
  CHECK(state.invalid_evaluations == 1);
  CHECK(state.particles[3].invalid);
  CHECK(std::isinf(state.particles[3].best_utility));
  CHECK(state.particles[3].age == 0);  // evaluations after the first one count
  const Proposal proposal = propose(state, four_particles());
  CHECK(proposal.restarted == std::vector<bool>{false, false, false, true});
}

TEST_CASE("a wrong number of evaluations is an internal error", "[swarm]") {
  CHECK(error_of([] { begun({0.4, 0.5, 0.3}); }) == "1: 3 evaluations for 4 particles.");
  const SwarmState state = begun({0.4, 0.5, 0.3, 0.2}).state;
  CHECK(error_of([&] { advanced(state, four_particles(), {0.1}); }) == "1: 1 evaluations for 4 particles.");
}

TEST_CASE("the step used first is step_length, then it decays to its minimum", "[swarm]") {
  const Settings settings = four_particles([](Settings& s) {
    s.step_length = 1.0;
    s.step_length_factor = 0.5;
    s.minimum_step_length = 0.2;
  });
  Step step = begun({0.4, 0.7, 0.2, 0.5}, settings);
  CHECK_FALSE(step.record.step_length);
  std::vector<double> used;
  for (int k = 0; k < 5; ++k) {
    step = advanced(step.state, settings, {0.1, 0.1, 0.1, 0.1});
    used.push_back(*step.record.step_length);
  }
  CHECK(used == std::vector{1.0, 0.5, 0.25, 0.2, 0.2});
}

TEST_CASE("an iteration uses g and g_w of the iteration before", "[swarm]") {
  const Settings settings = four_particles();
  const SwarmState state = begun({0.4, 0.7, 0.2, 0.5}).state;
  const Step step = advanced(state, settings, {0.9, 0.1, 0.1, 0.1});
  CHECK(step.state.global_best.particle == 0);
  CHECK(step.state.global_worst.particle == 1);
  // The state before is a value of its own.
  CHECK(state.global_best.particle == 1);
  CHECK(state.iteration == 0);
}

TEST_CASE("a skipped particle moves, keeps its utility as stale and has 0 examples", "[swarm]") {
  const Settings settings = four_particles([](Settings& s) { s.drop_n = 0.5; });
  SwarmState state = begun({0.4, 0.7, 0.2, 0.5}).state;
  const Proposal proposal = partly_skipped(state, settings);
  const std::size_t evaluated = proposal.to_evaluate().size();
  const Step step =
      advance(state, proposal, settings, with_utilities(std::vector(evaluated, 0.1)), testing::paired_by_mean);
  CHECK(step.record.evaluated);
  CHECK(step.state.evaluations == 4 + static_cast<std::int64_t>(evaluated));
  for (std::size_t i = 0; i < 4; ++i) {
    const ParticleRecord& particle = step.record.particles[i];
    CHECK(particle.stale == proposal.skipped[i]);
    CHECK(particle.examples == (proposal.skipped[i] ? 0 : 2));
    CHECK(particle.utility == (proposal.skipped[i] ? state.particles[i].utility : 0.1));
    CHECK(particle.position == proposal.particles[i].position);
    CHECK(step.state.particles[i].age == (proposal.skipped[i] ? 0 : 1));
  }
}

TEST_CASE("a skipped iteration moves and decays the step but costs neither patience nor age", "[swarm]") {
  const Settings settings = four_particles();
  const SwarmState state = begun({0.4, 0.7, 0.2, 0.5}).state;
  Proposal proposal = propose(state, settings);
  proposal.skipped.assign(4, true);  // all one by one
  const Step step = advance(state, proposal, settings, {}, testing::paired_by_mean);
  CHECK_FALSE(step.record.evaluated);
  CHECK(step.state.iteration == 1);
  CHECK(step.state.best_history.size() == 1);
  CHECK(step.state.evaluations == 4);
  CHECK(step.state.step_length == state.step_length * settings.step_length_factor);
  for (const Particle& particle : step.state.particles) CHECK(particle.age == 0);
  CHECK(same_bits(step.state.particles[0].position, proposal.particles[0].position));
}

TEST_CASE("a skipped iteration costs patience and age when skipped evaluations count", "[swarm]") {
  const Settings settings = four_particles([](Settings& s) { s.count_skipped = true; });
  const SwarmState state = begun({0.4, 0.7, 0.2, 0.5}).state;
  Proposal proposal = propose(state, settings);
  proposal.skipped.assign(4, true);
  const Step step = advance(state, proposal, settings, {}, testing::paired_by_mean);
  CHECK(step.state.best_history == std::vector{0.7, 0.7});
  for (const Particle& particle : step.state.particles) CHECK(particle.age == 1);
}

TEST_CASE("a utility that is no number changes no best and the particle restarts in the next iteration", "[swarm]") {
  const Settings settings = four_particles();
  const SwarmState state = begun({0.4, 0.7, 0.2, 0.5}).state;
  const Step step = advanced(state, settings, {0.1, nan, 0.3, 0.1});
  CHECK(same_bits(step.state.global_best, state.global_best));
  CHECK(step.state.particles[1].best_position == state.particles[1].best_position);
  CHECK(step.state.invalid_evaluations == 1);
  CHECK(std::isnan(step.record.particles[1].utility));
  const Proposal next = propose(step.state, settings);
  CHECK(next.restarted == std::vector<bool>{false, true, false, false});
  const Step after = advance(step.state, next, settings, with_utilities({0.1, 0.1, 0.1, 0.1}), {});
  CHECK_FALSE(propose(after.state, settings).restarted[1]);
}

TEST_CASE("more than max_invalid undefined utilities in a run are an input error", "[swarm]") {
  const Settings settings = four_particles([](Settings& s) { s.max_invalid = 2; });
  SwarmState state = begun({0.4, 0.7, 0.2, 0.5}).state;
  state = advanced(state, settings, {0.1, nan, 0.1, 0.1}).state;
  state = advanced(state, settings, {0.1, 0.1, nan, 0.1}).state;
  CHECK(state.invalid_evaluations == 2);
  CHECK(error_of([&] {
          advanced(state, settings, {nan, 0.1, 0.1, 0.1});
        }) == "3: 3 utilities of this run were not finite (swarm.max_invalid allows 2). Check the task.");
}

TEST_CASE("undefined utilities of iteration 0 count for max_invalid too", "[swarm]") {
  Settings settings = preset("paper", 3);
  settings.max_invalid = 0;
  CHECK(error_of([&] { begun({0.4, 0.5, 0.3, nan}, settings); }).substr(0, 3) == "3: ");
}

TEST_CASE("the record of an iteration says what the state says", "[swarm]") {
  const Settings settings = preset("robust", 4);
  for (const Step& step : run_swarm(settings, plain(), 3)) {
    const IterationRecord& record = step.record;
    REQUIRE(record.iteration == step.state.iteration);
    REQUIRE(record.global_best.particle == step.state.global_best.particle);
    REQUIRE(record.global_best.iteration == step.state.global_best.iteration);
    REQUIRE(record.global_best.utility == step.state.global_best.utility);
    REQUIRE(record.global_worst.utility == step.state.global_worst.utility);
    for (std::size_t i = 0; i < record.particles.size(); ++i) {
      const Particle& particle = step.state.particles[i];
      REQUIRE(record.particles[i].id == static_cast<int>(i));
      REQUIRE(record.particles[i].best_utility == particle.best_utility);
      REQUIRE(record.particles[i].best_iteration == particle.best_iteration);
      REQUIRE(record.particles[i].examples == 40);
      REQUIRE(std::holds_alternative<std::vector<UpdateDraws>>(record.particles[i].draws) == (record.iteration > 0));
    }
  }
}

TEST_CASE("the records alone are enough to recompute every move to 1e-12", "[swarm]") {
  const Settings settings = preset("robust", 4);
  const std::vector<Step> steps = run_swarm(settings, plain(), 11);
  const auto position = [&](int iteration, int particle) -> const Coordinates& {
    return steps[static_cast<std::size_t>(iteration)].record.particles[static_cast<std::size_t>(particle)].position;
  };
  for (std::size_t k = 1; k < steps.size(); ++k) {
    const IterationRecord& before = steps[k - 1].record;
    const IterationRecord& now = steps[k].record;
    const Coordinates& g = position(before.global_best.iteration, before.global_best.particle);
    const Coordinates& g_w = position(before.global_worst.iteration, before.global_worst.particle);
    for (std::size_t i = 0; i < now.particles.size(); ++i) {
      const auto& [r_v, r_p, r_g, r_w] = std::get<std::vector<UpdateDraws>>(now.particles[i].draws).at(0);
      const Coordinates& p = position(before.particles[i].best_iteration, static_cast<int>(i));
      const double c = *r_v * 0.2 + *r_p * 0.3 + *r_g * 0.4 + *r_w * 0.05;
      for (std::size_t d = 0; d < p.size(); ++d) {
        const double x = now.particles[i].restarted ? p[d] : before.particles[i].position[d];
        const double v = now.particles[i].restarted ? 0.0 : before.particles[i].velocity[d];
        const double v_new =
            (*r_v * 0.2 * v + *r_p * 0.3 * (p[d] - x) + *r_g * 0.4 * (g[d] - x) + *r_w * 0.05 * (x - g_w[d])) / c;
        REQUIRE(now.particles[i].velocity[d] == Approx(v_new).margin(1e-12));
        REQUIRE(now.particles[i].position[d] == Approx(x + *now.step_length * v_new).margin(1e-12));
      }
    }
  }
}

TEST_CASE("promotions are recorded with preset robust only when somebody was tested", "[swarm]") {
  const std::vector<Step> steps = run_swarm(preset("robust", 4), plain(), 3);
  std::size_t tests = 0;
  for (std::size_t k = 1; k < steps.size(); ++k) {
    const bool improved = steps[k].state.global_best.iteration == steps[k].state.iteration;
    const auto& promotions = steps[k].record.promotions;
    REQUIRE(improved == (!promotions.empty() && promotions.back().promoted));
    tests += promotions.size();
  }
  CHECK(tests > 0);
  for (const Step& step : run_swarm(preset("paper", 4), plain(), 3)) CHECK_FALSE(step.record.paired_promotion);
}

TEST_CASE("a search continued from any state repeats the rest bit for bit", "[swarm]") {
  for (const std::string& name : preset_names()) {
    Settings settings = preset(name, 4);
    settings.drop_n = 0.2;
    settings.drop_k = 0.1;
    const std::vector<Step> steps = run_swarm(settings, plain(), 9);
    for (std::size_t from = 0; from < steps.size(); from += 3) {
      SwarmState state = steps[from].state;
      while (!stop_reason(state, settings)) state = next_step(state, settings, plain()).state;
      REQUIRE(same_bits(state, steps.back().state));
    }
  }
}

TEST_CASE("a search whose scores come in exactly equal copies has equal states", "[swarm]") {
  const Settings settings = preset("robust", 4);
  CHECK(same_bits(run_swarm(settings, plain(), 1).back().state, run_swarm(settings, plain(), 1).back().state));
  CHECK_FALSE(same_bits(run_swarm(settings, plain(), 1).back().state, run_swarm(settings, plain(), 2).back().state));
}

namespace {

struct KeyChange {
  const char* key;
  std::function<void(Settings&)> change;
};

// Every key that steers the trajectory. (patience, max_iteration, top_k, validation_fraction, max_invalid and blocks
// have tests of their own.)
const std::vector<KeyChange> key_changes{
    {"particles", [](Settings& s) { s.particles = 9; }},
    {"crossover_range", [](Settings& s) { s.crossover_range_high = 2.0; }},
    {"crossover_children", [](Settings& s) { s.crossover_children = true; }},
    {"starting_velocity_mode", [](Settings& s) { s.starting_velocity_mode = StartingVelocity::zero; }},
    {"inertia", [](Settings& s) { s.inertia = 0.3; }},
    {"cognitive_coeff", [](Settings& s) { s.cognitive_coeff = 0.4; }},
    {"social_coeff", [](Settings& s) { s.social_coeff = 0.3; }},
    {"repel_coeff", [](Settings& s) { s.repel_coeff = 0.1; }},
    {"repel_term", [](Settings& s) { s.repel_term = false; }},
    {"weight_randomness", [](Settings& s) { s.weight_randomness = false; }},
    {"step_length", [](Settings& s) { s.step_length = 0.9; }},
    {"step_length_factor", [](Settings& s) { s.step_length_factor = 0.9; }},
    {"minimum_step_length", [](Settings& s) { s.minimum_step_length = 0.69; }},
    {"restart_patience", [](Settings& s) { s.restart_patience = 2; }},
    {"restart_cool_down", [](Settings& s) { s.restart_cool_down = 0; }},
    {"restart_mode",
     [](Settings& s) {
       s.restart_mode = RestartMode::sticky;
       s.restart_cool_down = 0;
     }},
    {"worst_window", [](Settings& s) { s.worst_window = 1; }},
    {"promotion", [](Settings& s) { s.promotion = Promotion::utility; }},
    {"promotion_z", [](Settings& s) { s.promotion_z = 3.0; }},
    {"dropK", [](Settings& s) { s.drop_k = 0.3; }},
    {"dropN", [](Settings& s) { s.drop_n = 0.3; }},
};

SwarmState after_twenty(const std::function<void(Settings&)>& change) {
  Settings settings = preset("robust", 4);
  settings.max_iteration = settings.patience = 20;
  if (change) change(settings);
  check(settings, 4);
  return run_swarm(settings, plain(), 4).back().state;
}

}  // namespace

TEST_CASE("every key that steers the trajectory changes it", "[swarm]") {
  const SwarmState unchanged = after_twenty({});
  for (const auto& [key, change] : key_changes) {
    CAPTURE(key);
    CHECK_FALSE(same_bits(after_twenty(change).particles, unchanged.particles));
  }
}

TEST_CASE("count_skipped changes the trajectory when there is dropout", "[swarm]") {
  const auto with = [](bool count) {
    return after_twenty([count](Settings& s) {
      s.drop_k = 0.5;
      s.count_skipped = count;
    });
  };
  CHECK_FALSE(same_bits(with(true).particles, with(false).particles));
}

}  // namespace shoal::swarm::swarm_test
