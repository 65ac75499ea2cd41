#include "swarm/bests.hpp"

#include <catch2/catch.hpp>
#include <deque>
#include <limits>

namespace shoal::swarm::bests_test {
namespace {

const double infinity = std::numeric_limits<double>::infinity();
const double nan = std::numeric_limits<double>::quiet_NaN();

/// Particles evaluated to given utilities, particle i at position {i, 1 - i}; keeps what the views look at.
class Wave {
 public:
  explicit Wave(const std::vector<double>& utilities) {
    for (std::size_t i = 0; i < utilities.size(); ++i) {
      Particle& particle = particles_.emplace_back();
      particle.position = {static_cast<double>(i), 1.0 - static_cast<double>(i)};
      evaluations_.push_back({utilities[i], {utilities[i]}});
      views_.push_back({static_cast<int>(i), &particle, &evaluations_.back()});
    }
  }
  const std::vector<Evaluated>& views() const { return views_; }

 private:
  std::deque<Particle> particles_;
  std::deque<Evaluation> evaluations_;
  std::vector<Evaluated> views_;
};

Incumbent incumbent(double utility) { return {9, 1, utility, {9.0, -8.0}, {utility, {utility}}}; }

Particle experienced(double best_utility) {
  Particle particle;
  particle.position = {0.5, 0.5};
  particle.best_position = {1.0, 0.0};
  particle.best_utility = best_utility;
  particle.best_iteration = 2;
  particle.age = 3;
  return particle;
}

Settings settings_with(Promotion promotion) {
  Settings settings = preset("paper", 2);
  settings.promotion = promotion;
  return settings;
}

/// A test that says the same of every pair.
PairedTest always(double difference, double standard_error) {
  return [=](const Evaluation&, const Evaluation&) { return PairedDifference{difference, standard_error}; };
}

SwarmState worst_after(const Settings& settings, const std::vector<std::vector<double>>& iterations) {
  SwarmState state;
  for (const auto& utilities : iterations) {
    update_global_worst(state, Wave(utilities).views(), settings);
    ++state.iteration;
  }
  return state;
}

Settings settings_with_window(int window) {
  Settings settings = preset("paper", 2);
  settings.worst_window = window;
  return settings;
}

}  // namespace

TEST_CASE("a personal best moves to the position with its utility, iteration and scores", "[bests]") {
  Particle particle = experienced(0.5);
  particle.cool_down = 2;
  update_personal_best(particle, {0.75, {1.0, 0.5}}, 7);
  CHECK(particle.best_position == particle.position);
  CHECK(particle.best_utility == 0.75);
  CHECK(particle.best_iteration == 7);
  CHECK(particle.best.scores == std::vector{1.0, 0.5});
  CHECK(particle.age == 0);
  CHECK(particle.cool_down == 0);
}

TEST_CASE("an equal or lower utility is no personal best and ages the particle", "[bests]") {
  for (const double utility : {0.5, 0.25}) {
    Particle particle = experienced(0.5);
    update_personal_best(particle, {utility, {}}, 7);
    CHECK(particle.utility == utility);
    CHECK(particle.best_position == Coordinates{1.0, 0.0});
    CHECK(particle.best_iteration == 2);
    CHECK(particle.age == 4);
  }
}

TEST_CASE("a utility that is no finite number is no best and marks the particle invalid", "[bests]") {
  for (const double utility : {nan, infinity, -infinity}) {
    Particle particle = experienced(0.5);
    update_personal_best(particle, {utility, {}}, 7);
    CHECK(particle.invalid);
    CHECK(particle.best_utility == 0.5);
    CHECK(particle.age == 4);
  }
}

TEST_CASE("an evaluation ends staleness", "[bests]") {
  Particle particle = experienced(0.5);
  particle.stale = true;
  update_personal_best(particle, {0.1, {}}, 7);
  CHECK_FALSE(particle.stale);
}

TEST_CASE("during a cool-down a particle does not age", "[bests]") {
  Particle particle = experienced(0.5);
  particle.age = 0;
  particle.cool_down = 2;
  update_personal_best(particle, {0.1, {}}, 5);
  update_personal_best(particle, {0.1, {}}, 6);
  CHECK(particle.age == 0);
  CHECK(particle.cool_down == 0);
  update_personal_best(particle, {0.1, {}}, 7);
  CHECK(particle.age == 1);
}

TEST_CASE("a skipped particle keeps its last utility, stale, and its age", "[bests]") {
  Particle particle = experienced(0.5);
  particle.utility = 0.25;
  update_skipped(particle, settings_with(Promotion::utility));
  CHECK(particle.stale);
  CHECK(particle.utility == 0.25);
  CHECK(particle.age == 3);
}

TEST_CASE("a skipped particle ages when skipped evaluations count", "[bests]") {
  Particle particle = experienced(0.5);
  Settings settings = settings_with(Promotion::utility);
  settings.count_skipped = true;
  update_skipped(particle, settings);
  CHECK(particle.age == 4);
}

TEST_CASE("a cool-down passes in skipped iterations too", "[bests]") {
  Particle particle = experienced(0.5);
  particle.age = 0;
  particle.cool_down = 1;
  update_skipped(particle, settings_with(Promotion::utility));
  CHECK(particle.cool_down == 0);
  CHECK(particle.age == 0);
}

TEST_CASE("g becomes the highest utility, with position, iteration and scores", "[bests]") {
  Incumbent g = incumbent(0.5);
  const Wave wave({0.6, 0.9, 0.7});
  const auto tests = update_global_best(g, wave.views(), 4, settings_with(Promotion::utility), {});
  CHECK(tests.empty());
  CHECK(g.particle == 1);
  CHECK(g.iteration == 4);
  CHECK(g.utility == 0.9);
  CHECK(g.position == Coordinates{1.0, 0.0});
  CHECK(g.evaluation.scores == std::vector{0.9});
}

TEST_CASE("of equal utilities the lowest id becomes g", "[bests]") {
  Incumbent g = incumbent(0.5);
  update_global_best(g, Wave({0.1, 0.9, 0.9}).views(), 4, settings_with(Promotion::utility), {});
  CHECK(g.particle == 1);
}

TEST_CASE("g stays on equal, lower and undefined utilities", "[bests]") {
  Incumbent g = incumbent(0.5);
  update_global_best(g, Wave({0.5, 0.4, nan, infinity}).views(), 4, settings_with(Promotion::utility), {});
  CHECK(g.particle == 9);
  CHECK(g.utility == 0.5);
}

TEST_CASE("paired promotion needs a difference above promotion_z standard errors", "[bests]") {
  Settings settings = settings_with(Promotion::paired);
  settings.promotion_z = 2.0;
  const auto promoted = [&](double difference, double standard_error) {
    Incumbent g = incumbent(0.5);
    update_global_best(g, Wave({0.6}).views(), 4, settings, always(difference, standard_error));
    return g.particle == 0;
  };
  CHECK(promoted(0.41, 0.2));
  CHECK_FALSE(promoted(0.4, 0.2));  // equal is not above
  CHECK_FALSE(promoted(0.1, 0.2));
  CHECK(promoted(0.1, 0.0));
  CHECK_FALSE(promoted(0.0, 0.0));
  CHECK_FALSE(promoted(0.1, nan));
}

TEST_CASE("paired promotion tries candidates from the highest utility down, ties by id, until one passes", "[bests]") {
  Incumbent g = incumbent(0.5);
  std::vector<double> tried;
  const PairedTest third_passes = [&](const Evaluation& candidate, const Evaluation& other) {
    CHECK(other.utility == 0.5);
    tried.push_back(candidate.utility);
    return PairedDifference{tried.size() == 3 ? 1.0 : 0.1, 0.5};
  };
  const auto tests = update_global_best(g, Wave({0.6, 0.8, 0.4, 0.9, 0.8, 0.7}).views(), 4,
                                        settings_with(Promotion::paired), third_passes);
  CHECK(tried == std::vector{0.9, 0.8, 0.8});
  CHECK(g.particle == 4);
  REQUIRE(tests.size() == 3);
  CHECK(tests[0].particle == 3);
  CHECK(tests[1].particle == 1);
  CHECK(tests[2].particle == 4);
  CHECK_FALSE(tests[1].promoted);
  CHECK(tests[1].difference == 0.1);
  CHECK(tests[1].standard_error == 0.5);
  CHECK(tests[2].promoted);
}

TEST_CASE("paired promotion tests nobody whose utility is not higher", "[bests]") {
  Incumbent g = incumbent(0.5);
  const auto tests = update_global_best(g, Wave({0.5, 0.4, nan}).views(), 4, settings_with(Promotion::paired), {});
  CHECK(tests.empty());
}

TEST_CASE("the all-time worst falls on strictly smaller utilities only, ties to the lowest id", "[bests]") {
  const SwarmState state = worst_after(settings_with_window(0), {{0.5, 0.3, 0.3}, {0.9, 0.3, 0.4}, {0.2, 0.2, 0.8}});
  CHECK(state.global_worst.utility == 0.2);
  CHECK(state.global_worst.iteration == 2);
  CHECK(state.global_worst.particle == 0);
  const SwarmState kept = worst_after(settings_with_window(0), {{0.5, 0.3, 0.3}, {0.3, 0.3, 0.4}});
  CHECK(kept.global_worst.iteration == 0);
  CHECK(kept.global_worst.particle == 1);
}

TEST_CASE("in the published code the worst is the first of equals at iteration 0, later the last", "[bests]") {
  const Settings settings = preset("reference", 2);
  CHECK(worst_after(settings, {{0.5, 0.3, 0.3}}).global_worst.particle == 1);
  const SwarmState later = worst_after(settings, {{0.5, 0.3, 0.3}, {0.2, 0.9, 0.2, 0.4}});
  CHECK(later.global_worst.particle == 2);
  CHECK(later.global_worst.iteration == 1);
}

TEST_CASE("in the published code equality with the worst so far changes nothing", "[bests]") {
  const SwarmState state = worst_after(preset("reference", 2), {{0.5, 0.3}, {0.3, 0.3}});
  CHECK(state.global_worst.iteration == 0);
  CHECK(state.global_worst.particle == 1);
}

TEST_CASE("undefined utilities are never the worst", "[bests]") {
  CHECK(worst_after(settings_with_window(0), {{0.5, 0.4}, {nan, -infinity}}).global_worst.utility == 0.4);
  CHECK(worst_after(settings_with_window(3), {{0.5, 0.4}, {nan, 0.6}}).global_worst.utility == 0.4);
}

TEST_CASE("an undefined utility does not hide a new worst behind it", "[bests]") {
  for (const int window : {0, 3}) {
    for (const double undefined : {nan, infinity, -infinity}) {
      const SwarmState state = worst_after(settings_with_window(window), {{0.5, 0.4}, {undefined, 0.9, 0.1}});
      CHECK(state.global_worst.utility == 0.1);
      CHECK(state.global_worst.particle == 2);
    }
  }
}

TEST_CASE("the windowed worst forgets iterations that leave the window", "[bests]") {
  const std::vector<std::vector<double>> iterations{{0.1, 0.5}, {0.4, 0.6}, {0.7, 0.5}};
  CHECK(worst_after(settings_with_window(3), iterations).global_worst.utility == 0.1);
  const SwarmState state = worst_after(settings_with_window(2), iterations);
  CHECK(state.global_worst.utility == 0.4);
  CHECK(state.global_worst.iteration == 1);
  CHECK(worst_after(settings_with_window(1), iterations).global_worst.utility == 0.5);
}

TEST_CASE("ties of the windowed worst go to the newest iteration, then to the lowest id", "[bests]") {
  const SwarmState state = worst_after(settings_with_window(3), {{0.3, 0.5}, {0.9, 0.3, 0.3}});
  CHECK(state.global_worst.iteration == 1);
  CHECK(state.global_worst.particle == 1);
}

TEST_CASE("an iteration of undefined utilities takes its place in the window", "[bests]") {
  const std::vector<std::vector<double>> iterations{{0.1}, {0.4}, {nan}};
  CHECK(worst_after(settings_with_window(2), iterations).global_worst.utility == 0.4);
  CHECK(worst_after(settings_with_window(1), iterations).global_worst.utility == 0.4);  // nothing better is known
}

TEST_CASE("the window keeps no more than worst_window iterations and no scores", "[bests]") {
  const SwarmState state = worst_after(settings_with_window(2), {{0.1}, {0.2}, {0.3}, {0.4}});
  CHECK(state.worst_by_iteration.size() == 2);
  for (const Incumbent& extreme : state.worst_by_iteration) CHECK(extreme.evaluation.scores.empty());
}

TEST_CASE("a pruned evaluation is never the worst", "[bests]") {
  for (const int window : {0, 2}) {
    SwarmState state;
    update_global_worst(state, Wave({0.5, 0.6}).views(), settings_with_window(window));
    state.iteration = 1;
    Evaluation pruned{0.55, {nan, 1.0}, Interval{0.5, 0.55}};
    const Particle particle;
    const Evaluation complete{0.58, {1.0, 0.0}};
    update_global_worst(state, {{0, &particle, &pruned}, {1, &particle, &complete}}, settings_with_window(window));
    CHECK(state.global_worst.utility == 0.5);
    if (window > 0) CHECK(state.worst_by_iteration.back().utility == 0.58);
  }
}

}  // namespace shoal::swarm::bests_test
