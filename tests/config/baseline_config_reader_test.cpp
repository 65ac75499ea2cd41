#include "config/baseline_config_reader.hpp"

#include <catch2/catch.hpp>

#include "support/error_of.hpp"

namespace baseline_config_reader_test {

using namespace shoal;
using Catch::Matchers::Contains;
using shoal::testing::error_of;

namespace {

std::vector<config::BaselineConfig> read(const std::string& text, const config::BaselineScope& scope = {}) {
  config::YamlMap map(config::parse_yaml(text, "run.yaml"), "run.yaml", "");
  return config::read_baselines(map, "/configs", scope);
}

std::vector<std::string> names_in(const std::string& text) {
  std::vector<std::string> names;
  for (const auto& baseline : read(text)) names.push_back(baseline.name);
  return names;
}

}  // namespace

TEST_CASE("none, a list without entries, the default and all") {
  CHECK(names_in("baselines: none").empty());
  CHECK(names_in("baselines: []").empty());
  CHECK(names_in("baselines: default") == names_in("name: without the key"));
  CHECK(names_in("baselines: all").size() + 1 == config::baseline_names().size());
}

TEST_CASE("whole weights are not merged number by number unless asked for") {
  CHECK(read("baselines: default", {.whole_delta = true}).size() + 1 == read("baselines: default").size());
  CHECK(read("baselines: all", {.whole_delta = true}).size() == read("baselines: all").size());
}

TEST_CASE(
    "all leaves out what cannot be made: free coefficients of full models, experts that write together without "
    "answers") {
  const std::size_t everything = read("baselines: all").size();
  CHECK(read("baselines: all", {.lora = false}).size() + 2 == everything);
  CHECK(read("baselines: all", {.answers = false}).size() + 2 == everything);
  CHECK(read("baselines: all", {.sharded = true}).size() + 2 == everything);
}

TEST_CASE("experts that are mixed by what they say have no merges, nor coefficients that leave a part to the base") {
  std::vector<std::string> names;
  for (const auto& baseline : read("baselines: default", {.tokens = true})) names.push_back(baseline.name);
  CHECK(names == std::vector<std::string>{"prediction_merge", "ensemble"});
  names.clear();
  for (const auto& baseline : read("baselines: all", {.tokens = true})) names.push_back(baseline.name);
  CHECK(names == std::vector<std::string>{"greedy_soup", "random_affine", "cma_es", "pack_of_llms", "cbtm",
                                          "prediction_merge", "ensemble"});
}

TEST_CASE("a list has names and mappings, in its order") {
  const auto baselines = read("baselines: [slerp, {name: data_merge, adapter: own}, {name: greedy_soup}]");
  REQUIRE(baselines.size() == 3);
  CHECK(baselines[0].name == "slerp");
  CHECK(baselines[1].adapter == "/configs/own");
  CHECK(baselines[2].name == "greedy_soup");
}

TEST_CASE("what cannot be read is told with its place") {
  CHECK_THAT(error_of([] { read("baselines: some"); }), Contains("2: run.yaml:1: baselines is some"));
  CHECK_THAT(error_of([] { read("baselines: [slrp]"); }), Contains("baselines.0.name") && Contains("mean slerp?"));
  CHECK_THAT(error_of([] { read("baselines: [data_merge]"); }), Contains("adapter is missing"));
  CHECK_THAT(error_of([] { read("baselines: [{name: slerp, adapter: x}]"); }), Contains("is not a known key"));
  CHECK_THAT(error_of([] { read("baselines: [slerp, slerp]"); }), Contains("lists slerp twice"));
  CHECK_THAT(error_of([] { read("baselines: {name: slerp}"); }), Contains("2: run.yaml:1: baselines"));
}

}  // namespace baseline_config_reader_test
