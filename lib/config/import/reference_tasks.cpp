#include "config/import/reference_tasks.hpp"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>

#include "base/error.hpp"

namespace shoal::config {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

/// Domains of two tasks each, as in the paper.
const std::map<std::string, std::vector<std::string>>& domains() {
  static const std::map<std::string, std::vector<std::string>> names{
      {"legal", {"hearsay", "citation_prediction_classification"}},
      {"medical", {"medqa", "medmcqa"}},
      {"science", {"scifact", "stem"}},
      {"culture", {"normad_country", "normad_value"}}};
  return names;
}

class Tasks {
 public:
  explicit Tasks(fs::path folder) : folder_(std::move(folder)) {}

  Json task(const std::string& type, const std::string& dataset) {
    return {{"name", dataset}, {"type", type}, {"data", data(dataset)}};
  }

  Json matched(const std::string& type, const std::string& dataset) {
    Json json = task(type, dataset);
    json["match"] = "reference";
    return json;
  }

  /// Data sets of prompts without answers name their text `prompt`.
  Json prompted(const std::string& type, const std::string& dataset, int new_tokens) {
    Json json = task(type, dataset);
    json["fields"] = {{"question", "{{prompt}}"}};
    json["max_new_tokens"] = new_tokens;
    return json;
  }

  Json toxicity(const std::string& dataset) {
    Json json = prompted("toxicity", dataset, 20);
    json["url"] = "https://commentanalyzer.googleapis.com/v1alpha1/comments:analyze";
    json["key_env"] = "PERSPECTIVE_KEY";
    note(
        "external_api: the key is read from the environment variable PERSPECTIVE_KEY; answers below 10 characters and "
        "failed calls score what the service says, not 0.5.");
    return json;
  }

  Json judge(const std::string& dataset) {
    Json json = prompted("judge", dataset, 512);
    json["chat_template"] = true;
    json["url_env"] = "SHOAL_JUDGE_URL";
    json["model"] = "the-judge";
    note(
        "human: Gemini is asked through Vertex there; put an OpenAI-compatible address into SHOAL_JUDGE_URL and the "
        "judge's name into model.");
    return json;
  }

  Json reward(const std::string& variant, const std::string& dataset) {
    Json json = prompted("reward", dataset, 200);
    json["reward_model"] = "internlm2-7b-reward";
    json["minimum"] = 0.0;
    json["maximum"] = 1.0;
    json["variant"] = variant;
    note(
        "rm_*: reward_model must name the folder of a reward model that this program supports (the published one "
        "brings "
        "its own code), minimum and maximum its range.");
    return json;
  }

  Json choose(const std::string& type, const std::string& dataset) {
    if (type == "multiple_choice" || type == "exact_match") return matched(type, dataset);
    if (type == "AbstainQA") return task("abstain", dataset);
    if (type == "external_api") return toxicity(dataset);
    if (type == "human") return judge(dataset);
    if (type == "rm_default") return reward("plain", dataset);
    if (type == "rm_verbose" || type == "rm_concise") return reward(type.substr(3), dataset);
    fail(ExitCode::usage,
         "eval_type is {} (known: multiple_choice, exact_match, multitask, AbstainQA, external_api, rm_default, "
         "rm_verbose, rm_concise, human). Change it.",
         type.empty() ? "missing" : type);
  }

  Json domain(const std::string& dataset, const std::string& only) {
    const auto found = domains().find(dataset);
    if (found == domains().end()) {
      fail(ExitCode::usage, "dataset is {} (eval_type multitask knows culture, legal, medical and science). Change it.",
           dataset.empty() ? "missing" : dataset);
    }
    Json tasks = Json::array();
    if (only != "two") tasks.push_back(matched("multiple_choice", found->second[0]));
    if (only != "one") tasks.push_back(matched("multiple_choice", found->second[1]));
    return tasks;
  }

  std::vector<std::string> notes;

 private:
  void note(const std::string& sentence) { notes.push_back(sentence); }

  std::string data(const std::string& dataset) {
    const fs::path name = fs::path("data") / "eval" / (dataset + ".json");
    for (const fs::path& place : {folder_ / name, fs::current_path() / name}) {
      if (fs::is_regular_file(place)) return place.lexically_normal().string();
    }
    note(fmt::format("{} is not there: put the data file's path in its place.", name.string()));
    return name.string();
  }

  fs::path folder_;
};

}  // namespace

ReferenceTasks reference_tasks(const std::string& eval_type, const std::string& dataset, const std::string& only,
                               const fs::path& folder) {
  Tasks tasks(folder);
  const Json list =
      eval_type == "multitask" ? tasks.domain(dataset, only) : Json::array({tasks.choose(eval_type, dataset)});
  Json utility = Json::object();
  if (list.size() > 1) utility["combine"] = "harmonic_mean";
  utility["tasks"] = list;
  return {utility.dump(), tasks.notes};
}

std::string reference_data_task(const fs::path& file, bool has_choices) {
  const Json json{{"name", file.stem().string()},
                  {"type", has_choices ? "multiple_choice" : "exact_match"},
                  {"data", fs::absolute(file).lexically_normal().string()},
                  {"match", "reference"}};
  return json.dump();
}

}  // namespace shoal::config
