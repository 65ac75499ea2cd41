#include "task/task.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "task/likelihood_outcome.hpp"
#include "task/prompt.hpp"
#include "task/self_check.hpp"
#include "text/text.hpp"

namespace shoal::task {

Task::Task(TaskConfig config)
    : config_(std::move(config)), data_(read_dataset(config_)), scorer_(make_scorer(config_)) {
  for (const Item& item : data_.dev) dev_parsers_.push_back(make_parser(item));
  for (const Item& item : data_.test) test_parsers_.push_back(make_parser(item));
}

Task::Parser Task::make_parser(const Item& item) const {
  if (has_scorer(config_.type) || measures_likelihood(config_.type)) return NoParser{};
  if (has_options(config_.type)) return ChoiceParser(item.choices, config_.match);
  if (config_.match == Match::number) {
    const NumberParser parser(item.answer);
    if (!parser.usable()) {
      fail(ExitCode::input, "task {}: the answer \"{}\" has no number in it (match: number). Use another match.",
           config_.name, item.answer);
    }
    return parser;
  }
  return GoldParser(item.answer, config_.match, scope());
}

Scope Task::scope() const { return text::lower_ascii(config_.name) == "gsm8k" ? Scope::last_five_words : Scope::whole; }

const Task::Parser& Task::parser(Split split, std::size_t example) const {
  return (split == Split::dev ? dev_parsers_ : test_parsers_)[example];
}

int Task::max_new_tokens() const { return config_.max_new_tokens.value_or(default_max_new_tokens(config_)); }

void Task::prepare(RewardModels& models) {
  if (scorer_) scorer_->prepare(models);
}

std::string Task::prompt(Split split, std::size_t example) const {
  return make_prompt(config_, data_, data_.items(split)[example]);
}

std::vector<std::string> Task::continuations(Split split, std::size_t example) const {
  const Item& item = data_.items(split)[example];
  if (config_.type == TaskType::option_likelihood) return option_continuations(config_, item, prompt(split, example));
  if (config_.type == TaskType::perplexity) return {gold_continuation(config_, item, prompt(split, example))};
  return {};
}

Outcome Task::outcome(Split split, std::size_t example, std::span<const model::Likelihood> likelihoods) const {
  const Item& item = data_.items(split)[example];
  if (config_.type == TaskType::perplexity) return perplexity_outcome(item, likelihoods.front());
  return option_outcome(config_, item, likelihoods);
}

std::vector<std::string> Task::checks(Split split, std::size_t example) const {
  std::vector<std::string> prompts;
  if (config_.type != TaskType::abstain) return prompts;
  for (const Choice& choice : data_.items(split)[example].choices) {
    prompts.push_back(self_check_prompt(config_, prompt(split, example), choice));
  }
  return prompts;
}

std::optional<std::size_t> Task::chosen(Split split, std::size_t example, const std::string& output) const {
  const auto key = std::get<ChoiceParser>(parser(split, example)).parse(output);
  if (!key) return std::nullopt;
  const auto& choices = data_.items(split)[example].choices;
  return static_cast<std::size_t>(std::ranges::find(choices, *key, &Choice::key) - choices.begin());
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
                                     std::span<const Output> outputs, const std::function<bool()>& cancelled) const {
  if (scorer_) return ask_scorer(split, examples, outputs, cancelled);
  std::vector<Outcome> outcomes;
  for (std::size_t i = 0; i < examples.size(); ++i) outcomes.push_back(score(split, examples[i], outputs[i].text));
  return outcomes;
}

std::vector<Outcome> Task::ask_scorer(Split split, std::span<const std::size_t> examples,
                                      std::span<const Output> outputs, const std::function<bool()>& cancelled) const {
  std::vector<Answer> answers;
  for (std::size_t i = 0; i < examples.size(); ++i) {
    const Item& item = data_.items(split)[examples[i]];
    answers.push_back({examples[i], name_of(split), make_prompt(config_, data_, item), outputs[i].text, item.answer,
                       outputs[i].tokens});
  }
  std::vector<Outcome> outcomes;
  for (auto& [score, details] : scorer_->score_in_detail(answers, cancelled)) {
    // A reply that cannot be read gives nothing: no particle may win by confusing its judge.
    outcomes.push_back(
        {score.value_or(0.0), score.has_value(), std::nullopt, answers[outcomes.size()].target, std::move(details)});
  }
  return outcomes;
}

bool Task::votes_on_text() const { return config_.type == TaskType::exact_match && config_.match != Match::number; }

std::string_view Task::vote_text(std::string_view output) const {
  const std::string_view text = text::strip(output);
  if (scope() == Scope::whole) return text::strip(text.substr(0, text.find('\n')));
  const std::string_view word = text::last_words(text, 1);
  return word.substr(0, word.find_last_not_of(".,;!") + 1);
}

std::optional<std::string> Task::ballot(const std::string& output, const Outcome& outcome) const {
  if (!votes_on_text() && !has_scorer(config_.type)) return outcome.answer;
  const std::string_view text = votes_on_text() ? vote_text(output) : text::strip(output);
  return text.empty() ? std::nullopt : std::optional(std::string(text));
}

bool Task::settled(Split split, std::size_t example, const std::string& output) const {
  return std::visit([&](const auto& parser) { return parser.settled(output); }, parser(split, example));
}

}  // namespace shoal::task
