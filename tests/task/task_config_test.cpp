#include "task/task_config.hpp"

#include <catch2/catch.hpp>

namespace task_config_test {

using namespace shoal::task;

TEST_CASE("every type has the name that stands at its place in the list") {
  CHECK(type_names().all() == std::vector<std::string>{"multiple_choice", "exact_match", "judge", "toxicity", "http",
                                                       "command", "option_likelihood", "perplexity", "abstain",
                                                       "reward"});
  CHECK(name_of(TaskType::multiple_choice) == "multiple_choice");
  CHECK(name_of(TaskType::exact_match) == "exact_match");
  CHECK(name_of(TaskType::command) == "command");
  CHECK(name_of(TaskType::reward) == "reward");
}

TEST_CASE("programs and services score four types, reward models one more") {
  for (const auto type : {TaskType::multiple_choice, TaskType::exact_match, TaskType::option_likelihood,
                          TaskType::perplexity, TaskType::abstain}) {
    CHECK_FALSE(scored_elsewhere(type));
    CHECK_FALSE(has_scorer(type));
  }
  CHECK_FALSE(scored_elsewhere(TaskType::reward));
  CHECK(has_scorer(TaskType::reward));
  for (const auto type : {TaskType::judge, TaskType::toxicity, TaskType::http, TaskType::command}) {
    CHECK(scored_elsewhere(type));
    CHECK(has_scorer(type));
    CHECK_FALSE(has_options(type));
    CHECK_FALSE(measures_likelihood(type));
  }
}

TEST_CASE("three types have options, two measure likelihood") {
  for (const auto type : {TaskType::multiple_choice, TaskType::option_likelihood, TaskType::abstain}) {
    CHECK(has_options(type));
  }
  CHECK_FALSE(has_options(TaskType::perplexity));
  CHECK(measures_likelihood(TaskType::option_likelihood));
  CHECK(measures_likelihood(TaskType::perplexity));
  CHECK_FALSE(measures_likelihood(TaskType::abstain));
}

}  // namespace task_config_test
