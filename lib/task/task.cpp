#include "task/task.hpp"

#include "base/error.hpp"
#include "task/prompt.hpp"
#include "task/text.hpp"

namespace shoal::task {

Task::Task(TaskConfig config)
    : config_(std::move(config)), data_(read_dataset(config_)), scorer_(make_scorer(config_)) {
  for (const Item& item : data_.dev) dev_parsers_.push_back(make_parser(item));
  for (const Item& item : data_.test) test_parsers_.push_back(make_parser(item));
}

Task::Parser Task::make_parser(const Item& item) const {
  if (scored_elsewhere(config_.type)) return NoParser{};
  if (config_.type == TaskType::multiple_choice) return ChoiceParser(item.choices, config_.match);
  if (config_.match == Match::number) {
    const NumberParser parser(item.answer);
    if (!parser.usable()) {
      fail(ExitCode::input, "task {}: the answer \"{}\" has no number in it (match: number). Use another match.",
           config_.name, item.answer);
    }
    return parser;
  }
  const Scope scope = lower_ascii(config_.name) == "gsm8k" ? Scope::last_five_words : Scope::whole;
  return GoldParser(item.answer, config_.match, scope);
}

const Task::Parser& Task::parser(Split split, std::size_t example) const {
  return (split == Split::dev ? dev_parsers_ : test_parsers_)[example];
}

int Task::max_new_tokens() const { return config_.max_new_tokens.value_or(default_max_new_tokens(config_)); }

std::string Task::prompt(Split split, std::size_t example) const {
  return make_prompt(config_, data_, data_.items(split)[example]);
}

Outcome Task::score(Split split, std::size_t example, const std::string& output) const {
  Outcome outcome;
  outcome.target = data_.items(split)[example].answer;
  const Parser& reader = parser(split, example);
  bool right = false;
  if (const auto* choices = std::get_if<ChoiceParser>(&reader)) {
    outcome.answer = choices->parse(output);
    right = outcome.answer == outcome.target;
  } else if (const auto* number = std::get_if<NumberParser>(&reader)) {
    outcome.answer = number->answer(output);
    right = number->matches(output);
  } else {
    const auto& gold = std::get<GoldParser>(reader);
    if (std::string compared = gold.compared(output); !compared.empty()) outcome.answer = std::move(compared);
    right = gold.contained(output);
  }
  outcome.parsed = outcome.answer.has_value();
  outcome.score = right ? 1.0 : 0.0;
  return outcome;
}

std::vector<Outcome> Task::score_all(Split split, std::span<const std::size_t> examples,
                                     std::span<const std::string> outputs,
                                     const std::function<bool()>& cancelled) const {
  if (scorer_) return ask_scorer(split, examples, outputs, cancelled);
  std::vector<Outcome> outcomes;
  for (std::size_t i = 0; i < examples.size(); ++i) outcomes.push_back(score(split, examples[i], outputs[i]));
  return outcomes;
}

std::vector<Outcome> Task::ask_scorer(Split split, std::span<const std::size_t> examples,
                                      std::span<const std::string> outputs,
                                      const std::function<bool()>& cancelled) const {
  std::vector<Answer> answers;
  for (std::size_t i = 0; i < examples.size(); ++i) {
    const Item& item = data_.items(split)[examples[i]];
    answers.push_back({examples[i], name_of(split), make_prompt(config_, data_, item), outputs[i], item.answer});
  }
  std::vector<Outcome> outcomes;
  for (const std::optional<double>& score : scorer_->score(answers, cancelled)) {
    // A reply that cannot be read gives nothing: no particle may win by confusing its judge.
    outcomes.push_back({score.value_or(0.0), score.has_value(), std::nullopt, answers[outcomes.size()].target});
  }
  return outcomes;
}

bool Task::settled(Split split, std::size_t example, const std::string& output) const {
  return std::visit([&](const auto& parser) { return parser.settled(output); }, parser(split, example));
}

}  // namespace shoal::task
