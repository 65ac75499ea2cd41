#include "task/leak_check.hpp"

#include <catch2/catch.hpp>

#include "task/task_files.hpp"

namespace leak_check_test {

using namespace shoal::task;
using shoal::testing::splits;
using shoal::testing::TaskFiles;

namespace {

std::string open_item(const std::string& question, const std::string& answer) {
  return R"({"question": ")" + question + R"(", "answer": ")" + answer + "\"}";
}

std::string choice_item(const std::string& a, const std::string& b, const std::string& answer) {
  return R"({"question": "q", "choices": {"A": ")" + a + R"(", "B": ")" + b + R"("}, "answer": ")" + answer + "\"}";
}

std::vector<Leak> leaks_of_choices(const std::string& dev, const std::string& test) {
  const TaskFiles files;
  return find_leaks(std::vector{Task(files.choices(splits(dev, test)))});
}

}  // namespace

TEST_CASE("test items whose question stands in dev are counted, with and without the same answer") {
  const TaskFiles files;
  const std::string dev = open_item("one", "1") + "," + open_item("two", "2");
  const std::string test = open_item("two", "2") + "," + open_item("two", "II") + "," + open_item("three", "3");
  const auto leaks = find_leaks(std::vector{Task(files.open(splits(dev, test), "sums"))});
  REQUIRE(leaks.size() == 1);
  CHECK(leaks[0].task == "sums");
  CHECK(leaks[0].questions == 2);
  CHECK(leaks[0].questions_and_answers == 1);
  CHECK(describe(leaks[0]) == "task sums leaks: 2 test questions stand in dev too, 1 of them with the same answer");
}

TEST_CASE("an option counts by its text, so that shuffled keys hide nothing") {
  CHECK(leaks_of_choices(choice_item("x", "y", "A"), choice_item("y", "x", "B")).at(0).questions_and_answers == 1);
  CHECK(leaks_of_choices(choice_item("x", "y", "A"), choice_item("y", "x", "A")).at(0).questions_and_answers == 0);
}

TEST_CASE("the dev split of another task leaks too") {
  const TaskFiles files;
  const std::vector<Task> tasks{Task(files.open(splits(open_item("a", "1"), open_item("b", "1")), "one")),
                                Task(files.open(splits(open_item("c", "1"), open_item("a", "1")), "two"))};
  const auto leaks = find_leaks(tasks);
  REQUIRE(leaks.size() == 1);
  CHECK(leaks[0].task == "two");
  CHECK(leaks[0].questions_and_answers == 1);
}

TEST_CASE("splits that share nothing, or repeat within themselves, have no leak") {
  const TaskFiles files;
  const std::string twice = open_item("b", "1") + "," + open_item("b", "1");
  CHECK(find_leaks(std::vector{Task(files.open(splits(open_item("a", "1"), twice)))}).empty());
  CHECK(find_leaks({}).empty());
}

TEST_CASE("texts without a question are compared with each other") {
  const TaskFiles files;
  const auto config = files.task(TaskType::perplexity, splits(R"({"answer": "one"}, {"answer": "two"})",
                                                              R"({"answer": "two"}, {"answer": "three"})"));
  const auto leaks = find_leaks(std::vector{Task(config)});
  REQUIRE(leaks.size() == 1);
  CHECK(leaks[0].questions == 1);
}

}  // namespace leak_check_test
