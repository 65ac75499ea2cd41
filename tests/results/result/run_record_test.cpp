#include "results/result/run_record.hpp"

#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "report/run_folder_example.hpp"

namespace run_record_test {

using namespace shoal;
using namespace shoal::results;
using shoal::testing::Json;
using shoal::testing::RunFolder;

TEST_CASE("a run folder without run.json and result.json is readable") {
  RunFolder run;
  run.run = nullptr;
  run.result = nullptr;
  const RunRecord record = read_run(run.write());
  CHECK_FALSE(record.origin);
  CHECK_FALSE(record.result);
  CHECK(run_name(record) == run.folder().filename().string());
  CHECK(expert_names(record) == std::vector<std::string>{"expert 0", "expert 1"});
  CHECK(search_evaluations(record) == 9);
}

TEST_CASE("names and evaluations come from the files when they are there") {
  const RunFolder run;
  const RunRecord record = read_run(run.write());
  CHECK(run_name(record) == "demo");
  CHECK(expert_names(record) == std::vector<std::string>{"adder", "speller"});
  CHECK(search_evaluations(record) == 1234);
  CHECK(record.origin->validation_fraction == 0.25);
}

TEST_CASE("experts have one name each however many blocks a position has") {
  RunFolder run;
  for (Json& line : run.history) {
    for (Json& particle : line["particles"]) particle["position"] = Json{{1.0, 0.0}, {0.25, 0.75}, {0.5, 0.5}};
  }
  CHECK(expert_names(read_run(run.write())).size() == 2);
}

TEST_CASE("the configuration is listed like YAML, short lists on one line") {
  RunFolder run;
  run.run["config"] = {{"seed", 3},
                       {"blank", nullptr},
                       {"tasks", {{{"name", "sums"}, {"limit", 5}}}},
                       {"experts", {std::string(40, 'a'), std::string(40, 'b')}},
                       {"range", {0, 1}}};
  CHECK(read_run(run.write()).origin->config ==
        "seed: 3\nblank: null\ntasks:\n  - name: sums\n    limit: 5\nexperts:\n  - " + std::string(40, 'a') + "\n  - " +
            std::string(40, 'b') + "\nrange: [0,1]\n");
}

TEST_CASE("a damaged run.json is refused") {
  const RunFolder run;
  run.write();
  run.write_file("run.json", "[1");
  CHECK_THROWS_WITH(read_run(run.folder()), Catch::Contains("run.json is damaged"));
}

}  // namespace run_record_test
