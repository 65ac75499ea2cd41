#include "task/leak_check.hpp"

#include <fmt/format.h>

#include <set>

namespace shoal::task {
namespace {

/// What the answer says: keys may be shuffled between two copies of a question.
std::string answer_text(const Item& item) {
  for (const Choice& choice : item.choices) {
    if (choice.key == item.answer) return choice.text;
  }
  return item.answer;
}

/// What two items must share to be the same question; a text without one stands for itself.
const std::string& question_of(const Item& item) { return item.question.empty() ? item.answer : item.question; }

/// Everything that a search is shown: the dev splits of all its tasks.
struct Seen {
  std::set<std::string> questions;
  std::set<std::pair<std::string, std::string>> answered;

  explicit Seen(std::span<const Task> tasks) {
    for (const Task& task : tasks) {
      for (const Item& item : task.dataset().dev) {
        questions.insert(question_of(item));
        answered.emplace(question_of(item), answer_text(item));
      }
    }
  }
};

}  // namespace

std::vector<Leak> find_leaks(std::span<const Task> tasks) {
  const Seen seen(tasks);
  std::vector<Leak> leaks;
  for (const Task& task : tasks) {
    Leak leak{task.name(), 0, 0};
    for (const Item& item : task.dataset().test) {
      leak.questions += seen.questions.contains(question_of(item)) ? 1U : 0U;
      leak.questions_and_answers += seen.answered.contains({question_of(item), answer_text(item)}) ? 1U : 0U;
    }
    if (leak.questions > 0) leaks.push_back(leak);
  }
  return leaks;
}

std::string describe(const Leak& leak) {
  return fmt::format("task {} leaks: {} test questions stand in dev too, {} of them with the same answer", leak.task,
                     leak.questions, leak.questions_and_answers);
}

}  // namespace shoal::task
