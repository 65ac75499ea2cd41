#include "results/history/history_line.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "results/history/iteration_record_example.hpp"

namespace history_line_test {

using namespace shoal;
using Catch::Matchers::Contains;
using shoal::testing::example_record;
using Json = nlohmann::json;

namespace {

Json line_of(const swarm::IterationRecord& record) { return Json::parse(results::to_json_line(record, 21.3456)); }

}  // namespace

TEST_CASE("a line has the documented keys and values") {
  const Json line = line_of(example_record());
  CHECK(line["iteration"] == 3);
  CHECK(line["evaluated"] == true);
  CHECK(line["seconds"] == 21.346);
  CHECK(line["particles"].size() == 3);
  CHECK(line["global_best"] == Json{{"particle", 0}, {"iteration", 1}, {"utility", 0.44}});
  CHECK(line["global_worst"] == Json{{"particle", 1}, {"iteration", 0}, {"utility", 0.11}});
  const Json& stale = line["particles"][1];
  CHECK(stale["id"] == 1);
  CHECK(stale["stale"] == true);
  CHECK(stale["restarted"] == true);
  CHECK(stale["examples"] == 0);
  CHECK(stale["best_utility"] == 0.3);
  CHECK(stale["best_iteration"] == 2);
}

TEST_CASE("the order of the evaluations is in the lines of asynchronous searches only") {
  swarm::IterationRecord record = example_record();
  CHECK_FALSE(line_of(record).contains("order"));
  record.order = {2, 0, 1};
  CHECK(line_of(record)["order"] == Json{2, 0, 1});
}

TEST_CASE("a line is one line") { CHECK(results::to_json_line(example_record(), 0.0).find('\n') == std::string::npos); }

TEST_CASE("a reader of the line gets the same bits") {
  const Json line = line_of(example_record());
  CHECK(line["step_length"].get<double>() == 0.7 * 0.95 * 0.95);
  CHECK(line["particles"][0]["velocity"].get<std::vector<double>>() == std::vector<double>{-1.0 / 3.0, 1.0 / 3.0});
  CHECK(line["particles"][2]["velocity"][0].get<double>() == 1e-300);
  CHECK(line["particles"][0]["draws"]["cognitive"].get<double>() == 1.0 / 3.0);
}

TEST_CASE("doubles have 17 significant digits") {
  CHECK_THAT(results::to_json_line(example_record(), 0.0), Contains("\"cognitive\": 0.33333333333333331"));
}

TEST_CASE("numbers that are not finite and draws that are not used are null") {
  const Json line = line_of(example_record());
  CHECK(line["particles"][2]["utility"].is_null());
  CHECK(line["particles"][2]["best_utility"].is_null());
  CHECK(line["particles"][0]["draws"]["repel"].is_null());
}

TEST_CASE("iteration 0 has no step length and shows parents only for crossovers") {
  swarm::IterationRecord record = example_record();
  record.iteration = 0;
  record.step_length.reset();
  record.particles[0].draws = swarm::StartDraws{std::nullopt, std::nullopt, 2};
  record.particles[1].draws = swarm::StartDraws{std::pair{0, 2}, 0.25, std::nullopt};
  record.particles[2].draws = swarm::StartDraws{std::nullopt, std::nullopt, 1, 8};
  const Json line = line_of(record);
  CHECK(line["step_length"].is_null());
  CHECK(line["particles"][2]["draws"] == Json{{"warm_start", 8}, {"partner", 1}});
  CHECK(line["particles"][0]["draws"] == Json{{"partner", 2}});
  CHECK(line["particles"][1]["draws"] == Json{{"parents", {0, 2}}, {"t", 0.25}, {"partner", nullptr}});
}

TEST_CASE("with blocks of layers positions, velocities and each draw are a list per block") {
  swarm::IterationRecord record = example_record();
  record.blocks = 2;
  record.particles.resize(1);
  record.particles[0].position = {0.1, 0.9, 0.5, 0.5};
  record.particles[0].velocity = {1.0, -1.0, 0.0, 0.0};
  record.particles[0].draws = std::vector<swarm::UpdateDraws>{{0.1, 0.2, 0.3, {}}, {0.4, 0.5, 0.6, 0.7}};
  const Json particle = line_of(record)["particles"][0];
  CHECK(particle["position"] == Json{{0.1, 0.9}, {0.5, 0.5}});
  CHECK(particle["velocity"] == Json{{1.0, -1.0}, {0.0, 0.0}});
  CHECK(particle["draws"]["cognitive"] == Json{0.2, 0.5});
  CHECK(particle["draws"]["repel"] == Json{nullptr, 0.7});
}

TEST_CASE("tests of paired promotion are in the line exactly when the rule is on") {
  swarm::IterationRecord record = example_record();
  CHECK_FALSE(line_of(record).contains("promotions"));
  record.paired_promotion = true;
  CHECK(line_of(record)["promotions"] == Json::array());
  record.promotions = {{1, 0.02, 0.01, true}};
  CHECK(line_of(record)["promotions"][0] ==
        Json{{"particle", 1}, {"difference", 0.02}, {"standard_error", 0.01}, {"promoted", true}});
}

TEST_CASE("a pruned evaluation has its bounds in the line, a complete one has none") {
  swarm::IterationRecord record = example_record();
  record.particles[0].bounds = swarm::Interval{0.25, 0.41};
  const Json line = line_of(record);
  CHECK(line["particles"][0]["bounds"] == Json{0.25, 0.41});
  CHECK(line["particles"][0]["utility"] == 0.41);
  CHECK_FALSE(line["particles"][1].contains("bounds"));
}

TEST_CASE("a dense position is null in the line and has norms instead") {
  swarm::IterationRecord record = example_record();
  CHECK(results::to_json_line(record, 0.0).find("_norm") == std::string::npos);
  record.particles[0].position = record.particles[0].velocity = {};
  record.particles[0].norms = swarm::DenseNorms{10.5, 0.1, 2.0};
  const auto particle = nlohmann::json::parse(results::to_json_line(record, 0.0)).at("particles").at(0);
  CHECK(particle.at("position").is_null());
  CHECK(particle.at("velocity").is_null());
  CHECK(particle.at("position_norm") == 10.5);
  CHECK(particle.at("velocity_norm") == 0.1);
  CHECK(particle.at("distance_to_best") == 2.0);
}

/// The line that a reader of the line would write.
std::string written_again(const swarm::IterationRecord& record) {
  const results::HistoryLine line = results::read_history_line(results::to_json_line(record, 2.5));
  return results::to_json_line(line, line.seconds);
}

void check_written_again(const swarm::IterationRecord& record) {
  CHECK(written_again(record) == results::to_json_line(record, 2.5));
}

TEST_CASE("what a line says is read back without loss") {
  swarm::IterationRecord record = example_record();
  SECTION("as it is") {}
  SECTION("with bounds, promotions and an order") {
    record.particles[0].bounds = swarm::Interval{0.25, 0.41};
    record.paired_promotion = true;
    record.promotions = {{1, 0.02, 0.01, true}};
    record.order = {2, 0, 1};
  }
  SECTION("of iteration 0") {
    record.iteration = 0;
    record.step_length.reset();
    record.particles[0].draws = swarm::StartDraws{std::nullopt, std::nullopt, 2};
    record.particles[1].draws = swarm::StartDraws{std::pair{0, 2}, 0.25, std::nullopt};
    record.particles[2].draws = swarm::StartDraws{std::nullopt, std::nullopt, 1, 8};
  }
  SECTION("of an optimiser without draws") {
    for (auto& particle : record.particles) particle.draws = std::vector<swarm::UpdateDraws>{};
  }
  SECTION("with blocks of layers") {
    record.blocks = 2;
    for (auto& particle : record.particles) {
      particle.position = {0.1, 0.9, 0.5, 0.5};
      particle.velocity = {1.0, -1.0, 0.0, 0.0};
      particle.draws = std::vector<swarm::UpdateDraws>{{0.1, 0.2, 0.3, {}}, {0.4, 0.5, 0.6, 0.7}};
    }
  }
  SECTION("of dense positions") {
    for (auto& particle : record.particles) {
      particle.position = particle.velocity = {};
      particle.norms = swarm::DenseNorms{10.5, 0.1, 2.0};
    }
  }
  check_written_again(record);
}

TEST_CASE("numbers of particles and iterations are whole") {
  const std::string line = results::to_json_line(example_record(), 0.0);
  CHECK_NOTHROW(results::read_history_line(line));
  for (const std::string key : {"\"iteration\": 3", "\"particle\": 0"}) {
    std::string broken = line;
    broken.insert(broken.find(key) + key.size(), ".5");
    CHECK_THROWS_WITH(results::read_history_line(broken), Contains("is no whole number"));
  }
}

}  // namespace history_line_test
