#include "task/leak_check.hpp"

#include <fmt/format.h>

#include <set>

namespace shoal::task {
namespace {

/// The options belong to the question; the separator occurs in no text file.
std::string question_of(const Item& item) {
  std::string text = item.question;
  for (const Choice& choice : item.choices) text += '\0' + choice.key + '\0' + choice.text;
  return text;
}

}  // namespace

std::vector<Leak> find_leaks(std::span<const Task> tasks) {
  std::vector<Leak> leaks;
  for (const Task& task : tasks) {
    std::set<std::string> questions;
    std::set<std::pair<std::string, std::string>> pairs;
    for (const Item& item : task.dataset().dev) {
      questions.insert(item.question);
      pairs.emplace(question_of(item), item.answer);
    }
    Leak leak{task.name(), 0, 0};
    for (const Item& item : task.dataset().test) {
      leak.questions += questions.contains(item.question) ? 1U : 0U;
      leak.questions_and_answers += pairs.contains({question_of(item), item.answer}) ? 1U : 0U;
    }
    if (leak.questions > 0) leaks.push_back(leak);
  }
  return leaks;
}

std::string describe(const Leak& leak) {
  return fmt::format("task {} leaks: {} test questions stand in dev too, {} of them with the same options and answer",
                     leak.task, leak.questions, leak.questions_and_answers);
}

}  // namespace shoal::task
