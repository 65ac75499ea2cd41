#include "results/history/history_reader.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "base/error.hpp"
#include "report/run_folder_example.hpp"
#include "results/history/metrics.hpp"

namespace history_reader_test {

using namespace shoal;
using namespace shoal::results;
using shoal::testing::Json;
using shoal::testing::RunFolder;

namespace {

HistoryRecord read(const RunFolder& run) { return read_history(run.write() / "history.jsonl"); }

// The sentence of the Error{input} that reading ends with; empty when it does not.
std::string complaint(const RunFolder& run) {
  try {
    read_history(run.folder() / "history.jsonl");
  } catch (const Error& error) {
    return error.code() == ExitCode::input ? error.what() : "wrong exit code";
  }
  return "";
}

}  // namespace

TEST_CASE("a history is read line by line") {
  const RunFolder run;
  const HistoryRecord history = read(run);
  REQUIRE(history.iterations.size() == 3);
  CHECK_FALSE(history.iterations[0].step_length);
  CHECK(history.iterations[1].step_length == 0.7);
  CHECK(history.iterations[1].particles[2].position == std::vector<double>{1.25, -0.25});
  CHECK(history.iterations[2].global_best.utility == 0.8125);
  CHECK(best_position(history) == std::vector<double>{1.25, -0.25});
}

TEST_CASE("a last line without its end is left out and noted") {
  const RunFolder run;
  run.write();
  const std::string first = run.history[0].dump() + "\n";
  run.write_file("history.jsonl", first + run.history[1].dump().substr(0, 40));
  const HistoryRecord history = read_history(run.folder() / "history.jsonl");
  CHECK(history.iterations.size() == 1);
  CHECK(history.torn);
  CHECK_FALSE(read(run).torn);
}

TEST_CASE("a damaged line is refused with its number") {
  const RunFolder run;
  run.write_file("history.jsonl", run.history[0].dump() + "\n{\"iteration\": 1,\n" + run.history[2].dump() + "\n");
  CHECK(complaint(run).find("line 2 is damaged") != std::string::npos);
}

TEST_CASE("a missing history, an empty one and one without a finished line are refused") {
  const RunFolder run;
  CHECK_FALSE(complaint(run).empty());
  run.write_file("history.jsonl", "");
  CHECK(complaint(run).find("no finished iteration") != std::string::npos);
  run.write_file("history.jsonl", "{\"iteration\": 0");
  CHECK(complaint(run).find("no finished iteration") != std::string::npos);
}

TEST_CASE("lines that do not fit together are refused") {
  RunFolder run;
  SECTION("a number is left out") { run.history.erase(run.history.begin() + 1); }
  SECTION("a particle disappears") { run.history[1]["particles"].erase(2); }
  SECTION("a position loses a coefficient") { run.history[1]["particles"][0]["position"].erase(1); }
  SECTION("the global best is no particle") { run.history[1]["global_best"]["particle"] = 3; }
  SECTION("the global best lies in the future") { run.history[1]["global_best"]["iteration"] = 2; }
  SECTION("there are no particles") { run.history[0]["particles"] = Json::array(); }
  SECTION("a key is missing") { run.history[1].erase("global_best"); }
  SECTION("a completed value names no iteration") {
    run.history[1]["completed"] = Json::array({{{"iteration", 9}, {"particle", 0}, {"utility", 0.5}}});
  }
  run.write();
  CHECK(complaint(run).find("is damaged") != std::string::npos);
}

TEST_CASE("the mean leaves out stale, pruned and non-finite utilities") {
  RunFolder run;
  CHECK(mean_utility(read(run).iterations[1]) == Approx((0.7 + 0.5 + 0.8125) / 3));
  run.history[1]["particles"][0]["stale"] = true;
  CHECK(mean_utility(read(run).iterations[1]) == Approx((0.5 + 0.8125) / 2));
  run.history[1]["particles"][1]["bounds"] = {0.1, 0.5};
  CHECK(mean_utility(read(run).iterations[1]) == Approx(0.8125));
  run.history[1]["particles"][2]["utility"] = nullptr;
  CHECK(std::isnan(mean_utility(read(run).iterations[1])));
}

TEST_CASE("a pruned evaluation that was completed later counts with its value") {
  RunFolder run;
  run.history[1]["particles"][1]["bounds"] = {0.1, 0.5};
  run.history[2]["completed"] = Json::array({{{"iteration", 1}, {"particle", 1}, {"utility", 0.3}}});
  const swarm::ParticleRecord particle = read(run).iterations[1].particles[1];
  CHECK_FALSE(particle.bounds);
  CHECK(particle.utility == 0.3);
}

TEST_CASE("the spread is the root mean square distance to the mean position") {
  const RunFolder run;
  const HistoryRecord history = read(run);
  // Positions (1,0), (0,1), (.5,.5): mean (.5,.5), squared distances .5, .5, 0.
  CHECK(spread(history.iterations[0]) == Approx(std::sqrt(1.0 / 3.0)));
  CHECK(spread(history.iterations[2]) == 0.0);
}

TEST_CASE("stale particles are no evaluations") {
  RunFolder run;
  run.history[2]["particles"][0]["stale"] = true;
  CHECK(evaluations(read(run).iterations[1]) == 3);
  CHECK(evaluations(read(run).iterations[2]) == 2);
}

TEST_CASE("positions with several blocks are laid end to end") {
  RunFolder run;
  for (Json& line : run.history) {
    for (Json& particle : line["particles"]) particle["position"] = Json{{1.0, 0.0}, {0.25, 0.75}};
  }
  const HistoryRecord history = read(run);
  CHECK(history.iterations.front().blocks == 2);
  CHECK(best_position(history) == std::vector<double>{1.0, 0.0, 0.25, 0.75});
}

TEST_CASE("a history of dense positions has distances instead of coordinates") {
  RunFolder run;
  for (Json& line : run.history) {
    for (Json& particle : line["particles"]) {
      particle["position"] = nullptr;
      particle["distance_to_best"] = 2.0;
    }
  }
  const HistoryRecord history = read(run);
  CHECK(best_position(history).empty());
  CHECK(spread(history.iterations.back()) == Approx(2.0));
  run.history[1]["particles"][0].erase("distance_to_best");
  run.write();
  CHECK(complaint(run).find("line 2 is damaged (a particle has no position)") != std::string::npos);
}

}  // namespace history_reader_test
