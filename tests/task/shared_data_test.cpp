// The published evaluation files, where SHOAL_SHARED_DATA names their folder: shapes, prompts and leaks that are known.

#include <catch2/catch.hpp>
#include <cstdlib>

#include "support/error_of.hpp"
#include "task/leak_check.hpp"
#include "task/task.hpp"

namespace shared_data_test {

using namespace shoal::task;
using shoal::testing::error_of;

namespace {

struct Known {
  const char* name;
  TaskType type;
  std::size_t dev;
  std::size_t test;
  std::size_t leaks;
};

TaskConfig config_of(const char* name, TaskType type) {
  TaskConfig config;
  config.name = name;
  config.type = type;
  config.data = std::filesystem::path(std::getenv("SHOAL_SHARED_DATA")) / (std::string(name) + ".json");
  return config;
}

bool available() {
  if (std::getenv("SHOAL_SHARED_DATA") != nullptr) return true;
  WARN("skipped: SHOAL_SHARED_DATA does not name a folder");
  return false;
}

}  // namespace

TEST_CASE("the published files have the published sizes and the known leaks") {
  if (!available()) return;
  for (const Known& known :
       {Known{"mmlu", TaskType::multiple_choice, 200, 1000, 0},
        Known{"truthfulqa", TaskType::multiple_choice, 200, 617, 0},
        Known{"knowledge_crosswords", TaskType::multiple_choice, 200, 1000, 149},
        Known{"normad_country", TaskType::multiple_choice, 500, 2000, 0},
        Known{"hearsay", TaskType::multiple_choice, 94, 94, 94}, Known{"gsm8k", TaskType::exact_match, 200, 1000, 0},
        Known{"nlgraph", TaskType::exact_match, 200, 1000, 0}}) {
    INFO(known.name);
    const TaskConfig config = config_of(known.name, known.type);
    const std::vector<Task> tasks{Task(config)};
    CHECK(guess_type(config.data) == known.type);
    CHECK(tasks[0].size(Split::dev) == known.dev);
    CHECK(tasks[0].size(Split::test) == known.test);
    const auto leaks = find_leaks(tasks);
    CHECK((leaks.empty() ? 0 : leaks[0].questions_and_answers) == known.leaks);
  }
}

TEST_CASE("every published gold answer, given as output, scores 1") {
  if (!available()) return;
  for (const Match match : {Match::word, Match::reference}) {
    for (const char* name : {"mmlu", "hearsay", "knowledge_crosswords", "normad_country", "gsm8k", "nlgraph"}) {
      const bool open = std::string(name) == "gsm8k" || std::string(name) == "nlgraph";
      TaskConfig config = config_of(name, open ? TaskType::exact_match : TaskType::multiple_choice);
      config.match = match;
      const Task task(config);
      for (std::size_t i = 0; i < task.size(Split::test); ++i) {
        INFO(name << " " << i);
        REQUIRE(task.score(Split::test, i, " " + task.dataset().test[i].answer + "\n").score == 1.0);
      }
    }
  }
}

TEST_CASE("knowledge_crosswords starts with its worked examples and has no instruction") {
  if (!available()) return;
  const Task task(config_of("knowledge_crosswords", TaskType::multiple_choice));
  const std::string prompt = task.prompt(Split::dev, 0);
  CHECK(prompt.rfind("Question: Pick the correct answer", 0) == 0);
  CHECK(prompt.rfind(*task.dataset().icl_prompt + "\nQuestion: ", 0) == 0);
  CHECK(prompt.find("Please choose an option") == std::string::npos);
}

TEST_CASE("published files of other kinds are refused by item") {
  if (!available()) return;
  for (const char* name : {"rm", "human_finance", "realtoxicityprompts"}) {
    const std::string error = error_of([&] { Task{config_of(name, TaskType::exact_match)}; });
    CHECK(error.find("dev item 0: it has no question") != std::string::npos);
  }
}

}  // namespace shared_data_test
