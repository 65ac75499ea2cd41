#include "config/import/mergekit.hpp"

#include <catch2/catch.hpp>

#include "base/file.hpp"
#include "config/run_config.hpp"
#include "support/error_of.hpp"
#include "support/temp_folder.hpp"

namespace mergekit_test {

using namespace shoal;
using Catch::Matchers::Contains;
using shoal::testing::error_of;
using shoal::testing::TempFolder;

namespace {

namespace fs = std::filesystem;

struct Merge {
  Merge() {
    for (const char* name : {"base", "one", "two"}) fs::create_directory(folder / name);
    write_durably(folder / "sums.json", R"({"dev": [{"question": "q", "answer": "a"}]})");
  }
  config::Imported import(const std::string& yaml) const {
    write_atomically(folder / "merge.yaml", yaml);
    return config::import_mergekit(folder / "merge.yaml", {folder / "sums.json"});
  }
  std::string warnings(const std::string& yaml) const {
    return fmt::format("{}", fmt::join(import(yaml).warnings, "\n"));
  }
  config::RunConfig config(const std::string& yaml) const {
    return config::parse_run_config(import(yaml).yaml, folder / "c.yaml", {});
  }
  TempFolder folder;
};

}  // namespace

TEST_CASE("a TIES merge becomes a search over its models, without the base") {
  const Merge merge;
  const std::string yaml =
      "{merge_method: ties, base_model: base, dtype: bfloat16, parameters: {normalize: true}, models: [{model: base}, "
      "{model: one, parameters: {weight: 0.5, density: 0.2}}, {model: two, parameters: {weight: 0.3}}]}";
  const config::RunConfig config = merge.config(yaml);
  CHECK(config.name == "merge");
  CHECK(config.model == merge.folder / "base");
  CHECK(config.experts == std::vector<fs::path>{merge.folder / "one", merge.folder / "two"});
  CHECK(config.merge_space == weights::MergeSpace::factors);
  CHECK(config.evaluation.dtype == "bfloat16");
  CHECK(config.utility.tasks.at(0).data == merge.folder / "sums.json");
  CHECK(
      merge.warnings(yaml) ==
      "parameter density of one is not carried over.\n"
      "merge_method ties with the weights 0.5, 0.3 is not carried over: a search finds the weights; shoal merge makes "
      "one merge.\nparameters.normalize is not carried over.");
}

TEST_CASE("a slerp keeps the model that it names as its base among the experts") {
  const Merge merge;
  CHECK(merge.config("{merge_method: slerp, base_model: one, models: [{model: one}, {model: two}]}").experts.size() ==
        2);
}

TEST_CASE("adapters are experts of their base, merged as what they add") {
  const Merge merge;
  const config::RunConfig config =
      merge.config("{merge_method: linear, models: [{model: base+one}, {model: base+two}]}");
  CHECK(config.model == merge.folder / "base");
  CHECK(config.experts == std::vector<fs::path>{merge.folder / "one", merge.folder / "two"});
  CHECK(config.merge_space == weights::MergeSpace::delta);
}

TEST_CASE("names that are no folders and other types are told") {
  const Merge merge;
  const std::string warnings = merge.warnings(
      "{merge_method: linear, dtype: float16, tokenizer_source: union, models: [{model: org/name}, {model: two}]}");
  for (const char* part :
       {"org/name is no folder here", "there is no base_model", "dtype float16", "tokenizer_source"}) {
    CHECK_THAT(warnings, Contains(part));
  }
  write_durably(merge.folder / "bare.yaml", "{merge_method: linear, models: [{model: one}, {model: two}]}");
  CHECK_THAT(config::import_mergekit(merge.folder / "bare.yaml", {}).warnings.at(1),
             Contains("a merge has no utility"));
}

TEST_CASE("merges that are no search are refused") {
  const Merge merge;
  CHECK_THAT(error_of([&] { merge.import("{merge_method: passthrough, models: [{model: one}, {model: two}]}"); }),
             Contains("2: ") && Contains("stacks layers"));
  CHECK_THAT(error_of([&] { merge.import("{models: [{model: one}, {model: two}]}"); }), Contains("no merge_method"));
  CHECK_THAT(error_of([&] { merge.import("{merge_method: ties, base_model: one, models: [{model: two}]}"); }),
             Contains("fewer than two experts"));
  CHECK_THAT(error_of([&] { merge.import("{merge_method: linear, models: [{model: base+one}, {model: two}]}"); }),
             Contains("adapters with the whole model"));
  CHECK_THAT(error_of([&] { merge.import("{merge_method: linear, models: [{model: base+one}, {model: two+one}]}"); }),
             Contains("share one base"));
  CHECK_THAT(error_of([&] { merge.import("- a"); }), Contains("not a mapping"));
  CHECK_THAT(error_of([&] { merge.import("{merge_method: linear, models: [one, two]}"); }),
             Contains("2: ") && Contains("not a merge of mergekit"));
}

}  // namespace mergekit_test
