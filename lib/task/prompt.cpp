#include "task/prompt.hpp"

#include "text/placeholders.hpp"
#include "text/text.hpp"

namespace shoal::task {
namespace {

/// Whether the prompt lists the options by their keys.
bool lists_options(const TaskConfig& config) {
  if (config.type == TaskType::option_likelihood) return config.continuation == Continuation::key;
  return has_options(config.type);
}

std::string default_instruction(const TaskConfig& config) {
  const std::string name = text::lower_ascii(config.name);
  if (!lists_options(config) || name == "knowledge_crosswords") return "";
  if (name == "hellaswag") return "Please choose an option that best completes the sentence.";
  return "Please choose an option that best answers the question.";
}

std::string instruction_of(const TaskConfig& config) {
  return config.instruction.value_or(default_instruction(config));
}

std::string choice_lines(const Item& item) {
  std::string lines;
  for (const Choice& choice : item.choices) lines += choice.key + ": " + choice.text + "\n";
  return lines;
}

/// Options as texts continue a sentence in hellaswag, and answer a question elsewhere.
std::string before_option(const TaskConfig& config, const Item& item) {
  if (text::lower_ascii(config.name) == "hellaswag") return item.question;
  return "Question: " + item.question + "\nAnswer:";
}

std::string with_newline(const std::string& text) { return text.empty() ? text : text + "\n"; }

std::string fill(const std::string& form, const TaskConfig& config, const Item& item) {
  std::string choices = choice_lines(item);
  if (!choices.empty()) choices.pop_back();
  return text::fill_placeholders(
      form, {{"{instruction}", instruction_of(config)}, {"{question}", item.question}, {"{choices}", choices}});
}

}  // namespace

std::string make_prompt(const TaskConfig& config, const Dataset& data, const Item& item) {
  const std::string examples = with_newline(config.icl_prompt.value_or(data.icl_prompt.value_or("")));
  if (config.prompt) return examples + fill(*config.prompt, config, item);
  const std::string instruction = with_newline(instruction_of(config));
  if (config.type == TaskType::option_likelihood && !lists_options(config)) {
    return examples + instruction + before_option(config, item);
  }
  if (!lists_options(config)) return examples + instruction + item.question;
  return examples + instruction + "Question: " + item.question + "\n" + choice_lines(item) + "The answer is";
}

int default_max_new_tokens(const TaskConfig& config) {
  if (measures_likelihood(config.type)) return 0;
  if (config.type == TaskType::judge) return 512;
  return has_scorer(config.type) || text::lower_ascii(config.name) == "gsm8k" ? 200 : 10;
}

}  // namespace shoal::task
