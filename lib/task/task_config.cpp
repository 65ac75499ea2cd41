#include "task/task_config.hpp"

namespace shoal::task {

const EnumNames<TaskType>& type_names() {
  static const EnumNames<TaskType> names{"multiple_choice", "exact_match",       "judge",      "toxicity", "http",
                                         "command",         "option_likelihood", "perplexity", "abstain",  "reward"};
  return names;
}

std::string name_of(TaskType type) { return type_names().of(type); }

const EnumNames<Match>& match_names() {
  static const EnumNames<Match> names{"word", "reference", "number"};
  return names;
}

const EnumNames<Normalise>& normalise_names() {
  static const EnumNames<Normalise> names{"none", "length"};
  return names;
}

const EnumNames<Continuation>& continuation_names() {
  static const EnumNames<Continuation> names{"text", "key"};
  return names;
}

bool scored_elsewhere(TaskType type) {
  return type == TaskType::judge || type == TaskType::toxicity || type == TaskType::http || type == TaskType::command;
}

bool has_scorer(TaskType type) { return scored_elsewhere(type) || type == TaskType::reward; }

bool measures_likelihood(TaskType type) { return type == TaskType::option_likelihood || type == TaskType::perplexity; }

bool has_options(TaskType type) {
  return type == TaskType::multiple_choice || type == TaskType::option_likelihood || type == TaskType::abstain;
}

}  // namespace shoal::task
