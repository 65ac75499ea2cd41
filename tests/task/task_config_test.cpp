#include "task/task_config.hpp"

#include <catch2/catch.hpp>

using namespace shoal::task;

TEST_CASE("every type has the name that stands at its place in the list") {
  CHECK(type_names() == std::vector<std::string>{"multiple_choice", "exact_match"});
  CHECK(name_of(TaskType::multiple_choice) == "multiple_choice");
  CHECK(name_of(TaskType::exact_match) == "exact_match");
}
