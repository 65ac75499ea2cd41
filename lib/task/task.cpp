#include "task/task.hpp"

#include "task/prompt.hpp"
#include "task/text.hpp"

namespace shoal::task {

Task::Task(TaskConfig config) : config_(std::move(config)), data_(read_dataset(config_)) {
  for (const Item& item : data_.dev) dev_parsers_.push_back(make_parser(item));
  for (const Item& item : data_.test) test_parsers_.push_back(make_parser(item));
}

Task::Parser Task::make_parser(const Item& item) const {
  if (config_.type == TaskType::multiple_choice) return ChoiceParser(item.choices, config_.match);
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
  if (const auto* choices = std::get_if<ChoiceParser>(&parser(split, example))) {
    outcome.answer = choices->parse(output);
    outcome.parsed = outcome.answer.has_value();
    outcome.score = outcome.answer == outcome.target ? 1.0 : 0.0;
    return outcome;
  }
  const auto& gold = std::get<GoldParser>(parser(split, example));
  if (std::string compared = gold.compared(output); !compared.empty()) outcome.answer = std::move(compared);
  outcome.parsed = outcome.answer.has_value();
  outcome.score = gold.contained(output) ? 1.0 : 0.0;
  return outcome;
}

bool Task::settled(Split split, std::size_t example, const std::string& output) const {
  return std::visit([&](const auto& parser) { return parser.settled(output); }, parser(split, example));
}

}  // namespace shoal::task
