#include "task/task_config.hpp"

#include <catch2/catch.hpp>

using namespace shoal::task;

TEST_CASE("every type has the name that stands at its place in the list") {
  CHECK(type_names() ==
        std::vector<std::string>{"multiple_choice", "exact_match", "judge", "toxicity", "http", "command"});
  CHECK(name_of(TaskType::multiple_choice) == "multiple_choice");
  CHECK(name_of(TaskType::exact_match) == "exact_match");
  CHECK(name_of(TaskType::command) == "command");
}

TEST_CASE("programs and services score the last four types") {
  for (const auto type : {TaskType::multiple_choice, TaskType::exact_match}) CHECK_FALSE(scored_elsewhere(type));
  for (const auto type : {TaskType::judge, TaskType::toxicity, TaskType::http, TaskType::command}) {
    CHECK(scored_elsewhere(type));
  }
}
