#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/enum_names.hpp"
#include "task/record_form.hpp"
#include "task/scorer/reward_config.hpp"
#include "task/scorer/service_config.hpp"

namespace shoal::task {

enum class TaskType {
  multiple_choice,
  exact_match,
  judge,
  toxicity,
  http,
  command,
  option_likelihood,
  perplexity,
  abstain,
  reward
};

/// How answers are looked for: whole words only, plain substrings as in the published code, or the last number of the
/// output, compared as a number.
enum class Match { word, reference, number };

/// What an option's log-likelihood is divided by before options are compared: nothing, or its text's characters.
enum class Normalise { none, length };

/// What follows the prompt when options are compared: their texts, or their keys (which the prompt then explains).
enum class Continuation { text, key };

/// One entry of utility.tasks. Empty optionals mean the default that the task's type and name imply.
struct TaskConfig {
  std::string name;
  TaskType type = TaskType::multiple_choice;
  std::filesystem::path data;        ///< {"dev", "test"} JSON, or empty when dev and test are JSONL files of their own
  std::filesystem::path dev_data;    ///< JSON lines, or one JSON list
  std::filesystem::path test_data;   ///< the same
  std::optional<RecordForm> fields;  ///< how records become items, when they are not items already
  std::optional<std::string> instruction;
  std::optional<std::string> prompt;  ///< template with {question}, {choices}, {instruction}
  std::optional<std::string> icl_prompt;
  std::optional<int> max_new_tokens;
  Match match = Match::word;
  std::optional<std::size_t> dev_limit;  ///< only the first examples of the split
  std::optional<std::size_t> test_limit;
  double weight = 1.0;
  bool chat_template = false;                      ///< prompts are messages of a user
  ServiceConfig service;                           ///< types judge, toxicity, http, command
  Normalise normalise = Normalise::none;           ///< type option_likelihood
  Continuation continuation = Continuation::text;  ///< type option_likelihood
  std::optional<std::string> check;                ///< type abstain: what the model is asked about its answer
  RewardConfig reward;                             ///< type reward
  std::vector<std::string> notes = {};             ///< what of another tool's task file could not be carried over
};

/// "multiple_choice", "exact_match", …
const EnumNames<TaskType>& type_names();
std::string name_of(TaskType type);

/// "word", "reference", "number".
const EnumNames<Match>& match_names();

/// "none", "length".
const EnumNames<Normalise>& normalise_names();

/// "text", "key".
const EnumNames<Continuation>& continuation_names();

/// Whether somebody outside of this process scores the answers.
bool scored_elsewhere(TaskType type);

/// Whether a scorer, outside or a reward model, scores the answers (see scorer.hpp); else the task itself does.
bool has_scorer(TaskType type);

/// Whether nothing is generated: the likelihood of given texts is measured.
bool measures_likelihood(TaskType type);

/// Whether items have options, one of which is the answer.
bool has_options(TaskType type);

}  // namespace shoal::task
