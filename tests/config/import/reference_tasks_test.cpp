#include "config/import/reference_tasks.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "support/error_of.hpp"
#include "support/temp_folder.hpp"

namespace reference_tasks_test {

using namespace shoal;
using Catch::Matchers::Contains;
using shoal::testing::error_of;
using shoal::testing::TempFolder;
using Json = nlohmann::json;

namespace {

Json tasks(const std::string& type, const std::string& dataset, const std::string& only = "") {
  return Json::parse(config::reference_tasks(type, dataset, only, "/nowhere").utility);
}

}  // namespace

TEST_CASE("answers are matched as published") {
  const TempFolder folder;
  make_folders(folder / "data/eval");
  write_durably(folder / "data/eval/nlgraph.json", "{}");
  const auto found = config::reference_tasks("exact_match", "nlgraph", "", folder.path());
  const Json task = Json::parse(found.utility)["tasks"][0];
  CHECK(task == Json{{"name", "nlgraph"},
                     {"type", "exact_match"},
                     {"data", (folder / "data/eval/nlgraph.json").string()},
                     {"match", "reference"}});
  CHECK(found.notes.empty());
}

TEST_CASE("a domain is two tasks and their harmonic mean") {
  const Json both = tasks("multitask", "legal");
  CHECK(both["combine"] == "harmonic_mean");
  CHECK(both["tasks"].size() == 2);
  CHECK(tasks("multitask", "legal", "two")["tasks"][0]["name"] == "citation_prediction_classification");
  CHECK_THAT(error_of([] { tasks("multitask", "cooking"); }), Contains("2: dataset is cooking"));
}

TEST_CASE("every published kind of evaluation has its task type") {
  for (const auto& [type, ours] : {std::pair{"multiple_choice", "multiple_choice"},
                                   {"AbstainQA", "abstain"},
                                   {"external_api", "toxicity"},
                                   {"human", "judge"},
                                   {"rm_default", "reward"},
                                   {"rm_concise", "reward"}}) {
    CHECK(tasks(type, "d")["tasks"][0]["type"] == ours);
  }
  CHECK(tasks("rm_verbose", "rm")["tasks"][0]["variant"] == "verbose");
  CHECK(tasks("human", "human_AI")["tasks"][0]["fields"]["question"] == "{{prompt}}");
  CHECK_THAT(error_of([] { tasks("perplexity", "d"); }), Contains("2: eval_type is perplexity"));
}

TEST_CASE("a data file alone is one task") {
  const Json task = Json::parse(config::reference_data_task("/d/mmlu.json", true));
  CHECK(task["type"] == "multiple_choice");
  CHECK(task["data"] == "/d/mmlu.json");
  CHECK(task["match"] == "reference");
}

}  // namespace reference_tasks_test
