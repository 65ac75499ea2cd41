#include "swarm/settings.hpp"

#include <catch2/catch.hpp>
#include <functional>
#include <limits>

#include "support/error_of.hpp"

namespace shoal::swarm::settings_test {
namespace {

using shoal::testing::error_of;

/// The sentence of `check` after one change to preset robust with 4 experts.
std::string refusal(const std::function<void(Settings&)>& change) {
  Settings settings = preset("robust", 4);
  change(settings);
  return error_of([&] { check(settings, 4); });
}

void check_keys(const Settings& s, int particles, double high, bool children, std::vector<double> coefficients,
                std::vector<double> steps) {
  CHECK(s.particles == particles);
  CHECK(s.crossover_range_low == 0.0);
  CHECK(s.crossover_range_high == high);
  CHECK(s.crossover_children == children);
  CHECK(std::vector{s.inertia, s.cognitive_coeff, s.social_coeff, s.repel_coeff} == coefficients);
  CHECK(std::vector{s.step_length, s.step_length_factor, s.minimum_step_length} == steps);
}

void check_schedule(const Settings& s, std::vector<int> patience_and_max, std::vector<int> restart, RestartMode mode,
                    int window) {
  CHECK(std::vector{s.patience, s.max_iteration} == patience_and_max);
  CHECK(std::vector{s.restart_patience, s.restart_cool_down} == restart);
  CHECK(s.restart_mode == mode);
  CHECK(s.worst_window == window);
}

void check_choice(const Settings& s, Promotion promotion, double validation_fraction, bool count_skipped, Rules rules) {
  CHECK(s.promotion == promotion);
  CHECK(s.promotion_z == 1.0);
  CHECK(s.validation_fraction == validation_fraction);
  CHECK(s.count_skipped == count_skipped);
  CHECK(s.rules == rules);
}

const double infinity = std::numeric_limits<double>::infinity();
const double nan = std::numeric_limits<double>::quiet_NaN();

}  // namespace

TEST_CASE("preset paper has the values of the documentation", "[settings]") {
  const Settings s = preset("paper", 10);
  check_keys(s, 20, 1.0, false, {.2, .3, .4, .05}, {1.0, .95, .1});
  check_schedule(s, {10, 50}, {5, 0}, RestartMode::one_shot, 0);
  check_choice(s, Promotion::utility, 0.0, false, Rules::shoal);
}

TEST_CASE("preset reference has the values and the rules of the published code", "[settings]") {
  const Settings s = preset("reference", 10);
  check_keys(s, 20, 2.0, true, {.4, .3, .3, .3}, {1.0, .95, .1});
  check_schedule(s, {10, 200}, {5, 0}, RestartMode::sticky, 0);
  check_choice(s, Promotion::utility, 0.0, true, Rules::published_code);
}

TEST_CASE("preset moco has the values of the documentation", "[settings]") {
  const Settings s = preset("moco", 10);
  check_keys(s, 10, 1.0, false, {.2, .3, .4, .05}, {.5, .95, .1});
  check_schedule(s, {5, 10}, {3, 3}, RestartMode::one_shot, 0);
  check_choice(s, Promotion::utility, 0.0, false, Rules::shoal);
}

TEST_CASE("preset robust has the values of the documentation", "[settings]") {
  const Settings s = preset("robust", 10);
  check_keys(s, 20, 1.0, false, {.2, .3, .4, .05}, {.7, .95, .1});
  check_schedule(s, {10, 50}, {5, 3}, RestartMode::one_shot, 5);
  check_choice(s, Promotion::paired, 0.25, false, Rules::shoal);
}

TEST_CASE("preset quick has the values of the documentation", "[settings]") {
  const Settings s = preset("quick", 10);
  check_keys(s, 10, 1.0, false, {.2, .3, .4, .05}, {.7, .9, .1});
  check_schedule(s, {4, 10}, {3, 0}, RestartMode::one_shot, 5);
  check_choice(s, Promotion::utility, 0.0, false, Rules::shoal);
}

TEST_CASE("what presets do not differ in is the same in all of them", "[settings]") {
  for (const std::string& name : preset_names()) {
    const Settings s = preset(name, 3);
    CAPTURE(name);
    CHECK(s.preset == name);
    CHECK(s.starting_velocity_mode == StartingVelocity::random);
    CHECK(s.repel_term);
    CHECK(s.weight_randomness);
    CHECK(s.top_k == 10);
    CHECK(s.drop_k == 0.0);
    CHECK(s.drop_n == 0.0);
    CHECK(s.blocks == 1);
    CHECK(s.invalid_allowed() == s.particles);
  }
}

TEST_CASE("every preset passes the check from two experts on", "[settings]") {
  CHECK(preset_names() == std::vector<std::string>{"paper", "reference", "moco", "robust", "quick"});
  for (const std::string& name : preset_names()) {
    CHECK_NOTHROW(check(preset(name, 2), 2));
    CHECK_NOTHROW(check(preset(name, 50), 50));
  }
}

TEST_CASE("an unknown preset is a usage error that names the nearest", "[settings]") {
  CHECK(error_of([] { preset("robbust", 4); }) == "2: swarm.preset is robbust (no such preset). Did you mean robust?");
}

TEST_CASE("max_invalid is the number of particles unless it is given", "[settings]") {
  Settings settings = preset("paper", 4);
  CHECK(settings.invalid_allowed() == 8);
  settings.max_invalid = 0;
  CHECK(settings.invalid_allowed() == 0);
}

TEST_CASE("a single expert or none is refused", "[settings]") {
  CHECK(error_of([] { check(preset("robust", 1), 1); }) ==
        "2: a swarm needs at least two experts (1 given). Add experts.");
  CHECK(error_of([] { check(preset("robust", 0), 0); }).substr(0, 2) == "2:");
}

TEST_CASE("fewer particles than experts are refused, as many are accepted", "[settings]") {
  CHECK(refusal([](Settings& s) { s.particles = 3; }) ==
        "2: swarm.particles is 3 and there are 4 experts (every expert is a particle). Raise particles.");
  CHECK(refusal([](Settings& s) { s.particles = 4; }) == "none");
}

TEST_CASE("negative, infinite and undefined coefficients are refused by key", "[settings]") {
  for (const double bad : {-0.1, infinity, nan}) {
    CHECK(refusal([=](Settings& s) { s.inertia = bad; }).find("swarm.inertia is ") != std::string::npos);
    CHECK(refusal([=](Settings& s) { s.cognitive_coeff = bad; }).find("swarm.cognitive_coeff is ") !=
          std::string::npos);
    CHECK(refusal([=](Settings& s) { s.social_coeff = bad; }).find("swarm.social_coeff is ") != std::string::npos);
    CHECK(refusal([=](Settings& s) { s.repel_coeff = bad; }).find("swarm.repel_coeff is ") != std::string::npos);
  }
  CHECK(refusal([](Settings& s) { s.inertia = -0.5; }) ==
        "2: swarm.inertia is -0.5 (it must be finite and not negative). Change it.");
}

TEST_CASE("coefficients that add up to nothing are refused, with and without the repel term", "[settings]") {
  const auto no_pull = [](Settings& s) { s.inertia = s.cognitive_coeff = s.social_coeff = 0.0; };
  CHECK(refusal(no_pull) == "none");  // the repel term alone is a search
  const std::string sentence =
      "2: swarm.inertia, cognitive_coeff, social_coeff and repel_coeff add up to 0 (the update divides by their sum, "
      "repel_coeff counts with repel_term). Change one.";
  CHECK(refusal([&](Settings& s) {
          no_pull(s);
          s.repel_term = false;
        }) == sentence);
  CHECK(refusal([&](Settings& s) {
          no_pull(s);
          s.repel_coeff = 0.0;
        }) == sentence);
}

TEST_CASE("coefficients whose sum overflows are refused", "[settings]") {
  CHECK(refusal([](Settings& s) { s.inertia = s.social_coeff = 1e308; }).find("add up to inf") != std::string::npos);
}

TEST_CASE("steps outside their ranges are refused by key", "[settings]") {
  for (const double bad : {0.0, -1.0, infinity, nan}) {
    CHECK(refusal([=](Settings& s) { s.step_length = bad; }).find("swarm.step_length is ") != std::string::npos);
  }
  for (const double bad : {0.0, 1.01, nan}) {
    CHECK(refusal([=](Settings& s) { s.step_length_factor = bad; }).find("swarm.step_length_factor is ") !=
          std::string::npos);
  }
  for (const double bad : {-0.1, infinity, nan}) {
    CHECK(refusal([=](Settings& s) { s.minimum_step_length = bad; }).find("swarm.minimum_step_length is ") !=
          std::string::npos);
  }
  CHECK(refusal([](Settings& s) { s.step_length_factor = 1.0; }) == "none");
  CHECK(refusal([](Settings& s) { s.minimum_step_length = 0.0; }) == "none");
}

TEST_CASE("a crossover range upside down or without ends is refused", "[settings]") {
  CHECK(refusal([](Settings& s) { s.crossover_range_low = 2.0; }) ==
        "2: swarm.crossover_range is [2, 1] (it must be two finite numbers, the lower first). Change it.");
  CHECK(refusal([](Settings& s) { s.crossover_range_high = infinity; }) != "none");
  CHECK(refusal([](Settings& s) { s.crossover_range_low = nan; }) != "none");
  CHECK(refusal([](Settings& s) { s.crossover_range_low = 1.0; }) == "none");
}

TEST_CASE("counts below their least value are refused by key", "[settings]") {
  CHECK(refusal([](Settings& s) { s.patience = 0; }) == "2: swarm.patience is 0 (it must be at least 1). Change it.");
  CHECK(refusal([](Settings& s) { s.max_iteration = 0; }).find("swarm.max_iteration is 0") != std::string::npos);
  CHECK(refusal([](Settings& s) { s.restart_patience = 0; }).find("swarm.restart_patience is 0") != std::string::npos);
  CHECK(refusal([](Settings& s) { s.restart_cool_down = -1; }).find("swarm.restart_cool_down is -1") !=
        std::string::npos);
  CHECK(refusal([](Settings& s) { s.worst_window = -1; }).find("swarm.worst_window is -1") != std::string::npos);
  CHECK(refusal([](Settings& s) { s.top_k = 0; }).find("swarm.top_k is 0") != std::string::npos);
  CHECK(refusal([](Settings& s) { s.blocks = 0; }).find("swarm.blocks is 0") != std::string::npos);
}

TEST_CASE("blocks are refused where positions have no coefficients", "[settings]") {
  CHECK(refusal([](Settings& s) {
          s.blocks = 2;
          s.positions = Positions::dense;
        }) == "2: swarm.blocks is 2 with positions dense (a dense position has no coefficients). Set blocks to 1.");
  CHECK(refusal([](Settings& s) {
          s.blocks = 2;
          s.positions = Positions::tokens;
        }) == "2: swarm.blocks is 2 with positions tokens (what an expert says has no layers). Set blocks to 1.");
}

TEST_CASE("what only the swarm's update can do is refused with other optimisers", "[settings]") {
  const auto with = [](Optimiser optimiser, auto change) {
    return refusal([&](Settings& s) {
      s.optimiser = optimiser;
      change(s);
    });
  };
  CHECK(with(Optimiser::cma_es, [](Settings& s) { s.drop_n = 0.1; }) ==
        "2: optimiser is cma_es and swarm.dropN is set (only the swarm's update can move without evaluating). Change "
        "one.");
  CHECK(with(Optimiser::random, [](Settings& s) { s.drop_k = 0.1; }).find("swarm.dropK") != std::string::npos);
  CHECK(with(Optimiser::de, [](Settings& s) { s.positions = Positions::dense; }).find("dense") != std::string::npos);
  CHECK(with(Optimiser::surrogate, [](Settings& s) { s.weight_randomness = false; }).find("the same") !=
        std::string::npos);
  CHECK(with(Optimiser::surrogate, [](Settings& s) { s.drop_n = 0.1; }) == "none");
  CHECK(with(Optimiser::surrogate, [](Settings& s) { s.candidates = 0; }).find("swarm.candidates is 0") !=
        std::string::npos);
}

TEST_CASE("differential evolution needs four particles", "[settings]") {
  Settings settings = preset("quick", 3);
  settings.optimiser = Optimiser::de;
  CHECK(error_of([&] { check(settings, 3); }).find("swarm.particles is 3 (it must be at least 4") != std::string::npos);
}

TEST_CASE("a cool-down with sticky restarts is refused", "[settings]") {
  CHECK(refusal([](Settings& s) { s.restart_mode = RestartMode::sticky; }) ==
        "2: swarm.restart_cool_down is 3 with restart_mode sticky (a sticky restart has no cool-down). Set it to 0.");
}

TEST_CASE("fractions outside [0, 1) are refused by their YAML keys", "[settings]") {
  for (const double bad : {-0.1, 1.0, nan}) {
    CHECK(refusal([=](Settings& s) { s.drop_k = bad; }).find("swarm.dropK is ") != std::string::npos);
    CHECK(refusal([=](Settings& s) { s.drop_n = bad; }).find("swarm.dropN is ") != std::string::npos);
    CHECK(refusal([=](Settings& s) { s.validation_fraction = bad; }).find("swarm.validation_fraction is ") !=
          std::string::npos);
  }
  CHECK(refusal([](Settings& s) { s.promotion_z = -1.0; }).find("swarm.promotion_z is -1") != std::string::npos);
}

TEST_CASE("what leaves the span of the experts needs dense positions", "[settings]") {
  CHECK(refusal([](Settings& s) { s.velocity = VelocityRule::ties; }) ==
        "2: swarm.velocity needs swarm.positions: dense (it leaves the span of the experts, where other positions "
        "lie). Set positions to dense.");
  CHECK(refusal([](Settings& s) { s.mutation = {0.1, 0.01}; }).find("swarm.mutation needs") != std::string::npos);
  Settings dense = preset("robust", 4);
  dense.positions = Positions::dense;
  dense.velocity = VelocityRule::dare_ties;
  dense.mutation = {0.1, 0.01};
  CHECK_NOTHROW(check(dense, 4));
}

TEST_CASE("densities and mutations out of range are refused by their keys", "[settings]") {
  for (const double bad : {0.0, -0.5, 1.1, nan}) {
    CHECK(refusal([=](Settings& s) { s.density = bad; }).find("swarm.density is ") != std::string::npos);
  }
  for (const double bad : {-0.1, 1.1, nan}) {
    CHECK(refusal([=](Settings& s) { s.mutation.rate = bad; }).find("swarm.mutation.rate is ") != std::string::npos);
  }
  CHECK(refusal([](Settings& s) { s.mutation.sigma = -1.0; }).find("swarm.mutation.sigma is -1") != std::string::npos);
}

}  // namespace shoal::swarm::settings_test
