#include "io/baseline_config_reader.hpp"

#include <catch2/catch.hpp>

#include "base/file.hpp"
#include "support/error_of.hpp"
#include "support/temp_folder.hpp"

using namespace shoal;
using Catch::Matchers::Contains;
using shoal::testing::error_of;
using shoal::testing::TempFolder;

namespace {

const TempFolder& lora_expert() {
  static const TempFolder folder;
  static const bool written = (write_atomically(folder.path() / "adapter_config.json", "{}"), true);
  static_cast<void>(written);
  return folder;
}

std::vector<io::BaselineConfig> read(const std::string& text, const std::string& merge_space = "factors",
                                     const std::filesystem::path& expert = lora_expert().path()) {
  io::YamlMap map(io::parse_yaml(text, "run.yaml"), "run.yaml", "");
  return io::read_baselines(map, "/configs", merge_space, {expert});
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
  CHECK(names_in("baselines: all").size() + 1 == io::baseline_names().size());
}

TEST_CASE("whole weights are not merged number by number unless asked for") {
  CHECK(read("baselines: default", "delta").size() + 1 == read("baselines: default").size());
  CHECK(read("baselines: all", "delta").size() == read("baselines: all").size());
}

TEST_CASE("full models have no free coefficients: all leaves out what needs them") {
  const TempFolder full_model;
  CHECK(read("baselines: all", "factors", full_model.path()).size() + 2 == read("baselines: all").size());
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
