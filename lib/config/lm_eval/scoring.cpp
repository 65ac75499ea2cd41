#include "config/lm_eval/scoring.hpp"

#include <fmt/format.h>

#include <set>

#include "base/error.hpp"

namespace shoal::config {
namespace {

/// Decoding is greedy here: options that say so, or change nothing then.
bool is_greedy(const std::string& key, const YAML::Node& value) {
  if (key == "do_sample") return !value.as<bool>(true);
  if (key == "temperature") return value.as<double>(1.0) == 0.0;
  return (key == "top_p" || key == "num_beams") && value.as<double>(0.0) == 1.0;
}

int whole_number(const std::string& key, const YAML::Node& value) {
  int number = 0;
  if (value.IsScalar() && YAML::convert<int>::decode(value, number) && number > 0) return number;
  fail(ExitCode::usage, "generation_kwargs.{} is no positive whole number (a length in tokens is expected). Repair it.",
       key);
}

void read_generation(const YAML::Node& task, LmEvalScoring& scoring) {
  const YAML::Node options = task["generation_kwargs"];
  if (!options.IsDefined() || !options.IsMap()) return;
  for (const auto& option : options) {
    const std::string key = option.first.Scalar();
    if (key == "max_gen_toks" || key == "max_tokens" || key == "max_new_tokens") {
      scoring.max_new_tokens = whole_number(key, option.second);
    } else if (key == "until") {
      scoring.notes.push_back(
          "generation_kwargs.until is not carried over: an answer ends with the model's end token or after "
          "max_new_tokens, and the gold text may stand anywhere in it.");
    } else if (!is_greedy(key, option.second)) {
      scoring.notes.push_back("generation_kwargs." + key + " is not carried over: decoding is greedy.");
    }
  }
}

/// What a metric is told beside its name.
void read_options(const YAML::Node& metric, LmEvalScoring& scoring) {
  static const std::set<std::string> harmless{"metric", "aggregation", "higher_is_better"};
  for (const auto& option : metric) {
    const std::string key = option.first.Scalar();
    const bool off = option.second.IsScalar() && !option.second.as<bool>(true);
    if (harmless.contains(key) || off) continue;
    scoring.notes.push_back("metric_list." + key + " is not carried over: answers are compared as they are.");
  }
}

std::set<std::string> read_metrics(const YAML::Node& task, LmEvalScoring& scoring) {
  std::set<std::string> names;
  const YAML::Node list = task["metric_list"];
  for (std::size_t i = 0; list.IsDefined() && i < list.size(); ++i) {
    const YAML::Node metric = list[i];
    if (!metric.IsMap() || !metric["metric"].IsDefined()) continue;
    names.insert(metric["metric"].Scalar());
    read_options(metric, scoring);
  }
  return names;
}

void judge_metrics(const std::set<std::string>& names, bool generates, LmEvalScoring& scoring) {
  const bool both = names.contains("acc") && names.contains("acc_norm");
  scoring.by_length = names.contains("acc_norm") && !both;
  if (both) scoring.notes.push_back("metric acc_norm: the search goes by acc; normalise: length chooses acc_norm.");
  if (generates) {
    scoring.notes.push_back(
        "exact_match compares whole answers; Shoal looks for the gold text in the answer, as whole words (match).");
  }
  const std::set<std::string> known =
      generates ? std::set<std::string>{"exact_match"} : std::set<std::string>{"acc", "acc_norm", "perplexity"};
  for (const std::string& name : names) {
    if (!known.contains(name)) scoring.notes.push_back("metric " + name + " is not carried over.");
  }
}

void read_filters(const YAML::Node& task, LmEvalScoring& scoring) {
  const YAML::Node list = task["filter_list"];
  std::set<std::string> functions;
  for (std::size_t i = 0; list.IsDefined() && i < list.size(); ++i) {
    const YAML::Node filters = list[i].IsMap() ? list[i]["filter"] : YAML::Node();
    for (std::size_t f = 0; filters.IsDefined() && f < filters.size(); ++f) {
      functions.insert(filters[f]["function"].as<std::string>("unnamed"));
    }
  }
  functions.erase("take_first");
  if (functions.empty()) return;
  scoring.notes.push_back(
      fmt::format("filter_list ({}) is not carried over: answers are read as they are; match: number reads their last "
                  "number.",
                  fmt::join(functions, ", ")));
}

void read_shots(const YAML::Node& task, LmEvalScoring& scoring) {
  const YAML::Node shots = task["num_fewshot"];
  if (!shots.IsDefined() || shots.IsNull() || shots.as<std::string>() == "0") return;
  scoring.notes.push_back(fmt::format("num_fewshot is {}: worked examples are not drawn; write them into icl_prompt.",
                                      shots.as<std::string>()));
}

}  // namespace

LmEvalScoring lm_eval_scoring(const YAML::Node& task, bool generates) {
  LmEvalScoring scoring;
  if (generates) read_generation(task, scoring);
  judge_metrics(read_metrics(task, scoring), generates, scoring);
  read_filters(task, scoring);
  read_shots(task, scoring);
  return scoring;
}

}  // namespace shoal::config
