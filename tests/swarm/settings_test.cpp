#include "swarm/settings.hpp"

#include <catch2/catch.hpp>
#include <functional>
#include <limits>

#include "support/error_of.hpp"

namespace shoal::swarm {
namespace {

using Change = std::function<void(Settings&)>;

std::string error_after(const Change& change) {
  Settings settings = preset("robust", 3);
  change(settings);
  return testing::error_of([&] { check(settings, 3); });
}

/// One value out of range, and the key that the error must name.
struct Impossible {
  std::string key;
  Change change;
};

}  // namespace

TEST_CASE("every preset passes its own check", "[settings]") {
  for (const std::string& name : preset_names()) {
    CAPTURE(name);
    CHECK(preset(name, 3).preset == name);
    CHECK_NOTHROW(check(preset(name, 3), 3));
  }
}

TEST_CASE("presets differ as the documentation's table says", "[settings]") {
  const auto particles = [](const char* name) { return preset(name, 3).particles; };
  CHECK(particles("paper") == 6);
  CHECK(particles("reference") == 6);
  CHECK(particles("robust") == 6);
  CHECK(particles("moco") == 3);
  CHECK(particles("quick") == 3);
  const Settings reference = preset("reference", 3);
  CHECK(reference.rules == Rules::published_code);
  CHECK(reference.crossover_range_high == 2.0);
  CHECK(reference.inertia == 0.4);
  CHECK(reference.repel_coeff == 0.3);
  CHECK(reference.restart_mode == RestartMode::sticky);
  CHECK(reference.count_skipped);
  CHECK(preset("moco", 3).step_length == 0.5);
  CHECK(preset("quick", 3).step_length_factor == 0.9);
  CHECK(preset("robust", 3).promotion == Promotion::paired);
  CHECK(preset("robust", 3).validation_fraction == 0.25);
  CHECK(preset("paper", 3).validation_fraction == 0.0);
}

TEST_CASE("an unknown preset names the nearest one", "[settings]") {
  const std::string error = testing::error_of([] { preset("robsut", 3); });
  CHECK_THAT(error, Catch::Contains("robsut") && Catch::Contains("Did you mean robust?"));
}

TEST_CASE("a value out of range is an error that names its key", "[settings]") {
  const double infinity = std::numeric_limits<double>::infinity();
  const std::vector<Impossible> cases{
      {"particles", [](Settings& s) { s.particles = 2; }},
      {"inertia", [](Settings& s) { s.inertia = -0.1; }},
      {"repel_coeff", [=](Settings& s) { s.repel_coeff = infinity; }},
      {"step_length is", [](Settings& s) { s.step_length = 0.0; }},
      {"step_length_factor", [](Settings& s) { s.step_length_factor = 1.01; }},
      {"minimum_step_length", [](Settings& s) { s.minimum_step_length = -0.1; }},
      {"crossover_range", [](Settings& s) { s.crossover_range_low = 1.5; }},
      {"patience", [](Settings& s) { s.patience = 0; }},
      {"max_iteration", [](Settings& s) { s.max_iteration = 0; }},
      {"restart_patience", [](Settings& s) { s.restart_patience = 0; }},
      {"restart_cool_down", [](Settings& s) { s.restart_cool_down = -1; }},
      {"restart_mode sticky", [](Settings& s) { s.restart_mode = RestartMode::sticky; }},
      {"worst_window", [](Settings& s) { s.worst_window = -1; }},
      {"top_k", [](Settings& s) { s.top_k = 0; }},
      {"blocks", [](Settings& s) { s.blocks = 2; }},
      {"dropK", [](Settings& s) { s.drop_k = 1.0; }},
      {"dropN", [](Settings& s) { s.drop_n = -0.1; }},
      {"validation_fraction", [](Settings& s) { s.validation_fraction = 1.0; }},
      {"promotion_z", [](Settings& s) { s.promotion_z = -1.0; }},
  };
  for (const Impossible& impossible : cases) {
    CAPTURE(impossible.key);
    CHECK_THAT(error_after(impossible.change), Catch::Contains(impossible.key));
  }
}

TEST_CASE("coefficients that add up to 0 are refused, and repel_coeff counts only with its term", "[settings]") {
  const auto only_repel = [](bool term) {
    return error_after([=](Settings& s) {
      s.inertia = s.cognitive_coeff = s.social_coeff = 0.0;
      s.repel_term = term;
    });
  };
  CHECK(only_repel(true) == "none");
  CHECK_THAT(only_repel(false), Catch::Contains("add up to 0"));
}

TEST_CASE("a single expert is no swarm", "[settings]") {
  CHECK_THAT(testing::error_of([] { check(preset("robust", 1), 1); }), Catch::Contains("at least two experts"));
}

TEST_CASE("as many invalid evaluations as particles are allowed unless said otherwise", "[settings]") {
  Settings settings = preset("robust", 3);
  CHECK(settings.invalid_allowed() == 6);
  settings.max_invalid = 0;
  CHECK(settings.invalid_allowed() == 0);
}

}  // namespace shoal::swarm
