#include "task/task.hpp"

#include <catch2/catch.hpp>

#include "support/error_of.hpp"
#include "task/task_files.hpp"

namespace task_test {

using namespace shoal;
using namespace shoal::task;
using Catch::Matchers::Contains;
using shoal::testing::error_of;
using shoal::testing::splits;
using shoal::testing::TaskFiles;

namespace {

const std::string choice_items = splits(R"({"question": "dev?", "choices": {"A": "x", "B": "yes"}, "answer": "B"})",
                                        R"({"question": "test?", "choices": {"A": "x", "B": "yes"}, "answer": "A"})");
const std::string open_items =
    splits(R"({"question": "6 * 7?", "answer": "42"})", R"({"question": "1 + 1?", "answer": "2"})");

Task choices() { return Task(TaskFiles().choices(choice_items, "mmlu")); }
Task open(const std::string& name) { return Task(TaskFiles().open(open_items, name)); }

}  // namespace

TEST_CASE("a task knows its name, its sizes and its prompts") {
  const Task task = choices();
  CHECK(task.name() == "mmlu");
  CHECK(task.size(Split::dev) == 1);
  CHECK(task.size(Split::test) == 1);
  CHECK(task.prompt(Split::test, 0).find("Question: test?\nA: x\nB: yes\nThe answer is") != std::string::npos);
  CHECK(task.max_new_tokens() == 10);
}

TEST_CASE("a chosen option is scored against the answer of its split") {
  const Task task = choices();
  const Outcome right = task.score(Split::dev, 0, " B. yes");
  CHECK(right.score == 1.0);
  CHECK(right.parsed);
  CHECK(right.answer == "B");
  CHECK(right.target == "B");
  const Outcome wrong = task.score(Split::test, 0, " B. yes");
  CHECK(wrong.score == 0.0);
  CHECK(wrong.parsed);
  CHECK(wrong.target == "A");
}

TEST_CASE("an output without an answer scores nothing and is no answer") {
  const Outcome outcome = choices().score(Split::dev, 0, "I cannot tell.");
  CHECK(outcome.score == 0.0);
  CHECK_FALSE(outcome.parsed);
  CHECK_FALSE(outcome.answer);
  const Outcome empty = open("sums").score(Split::dev, 0, " \n");
  CHECK(empty.score == 0.0);
  CHECK_FALSE(empty.parsed);
  CHECK_FALSE(empty.answer);
}

TEST_CASE("an exact match is scored by the gold string as a word") {
  const Task task = open("sums");
  CHECK(task.score(Split::dev, 0, " It is 42.").score == 1.0);
  CHECK(task.score(Split::dev, 0, " It is 42.").answer == "It is 42");
  CHECK(task.score(Split::dev, 0, " It is 420").score == 0.0);
  CHECK(task.score(Split::dev, 0, " It is 420").answer == "It is 420");
  CHECK(task.settled(Split::dev, 0, " It is 42."));
  CHECK_FALSE(task.settled(Split::test, 0, " It is 42."));
}

TEST_CASE("gsm8k looks at the last five words, takes 200 tokens and is never settled") {
  const Task task = open("GSM8k");
  CHECK(task.max_new_tokens() == 200);
  CHECK(task.score(Split::dev, 0, "42 first, then it is 43 after all").score == 0.0);
  CHECK(task.score(Split::dev, 0, "43 first, then it is 42 after all").score == 1.0);
  CHECK_FALSE(task.settled(Split::dev, 0, "it is 42. "));
}

TEST_CASE("the configuration decides about matching and length") {
  const TaskFiles files;
  TaskConfig config = files.open(open_items);
  config.match = Match::reference;
  config.max_new_tokens = 3;
  const Task task(config);
  CHECK(task.score(Split::dev, 0, "420").score == 1.0);
  CHECK(task.max_new_tokens() == 3);
  CHECK(task.config().match == Match::reference);
}

TEST_CASE("data that cannot be read are refused when the task is made") {
  TaskConfig config;
  config.data = "/nowhere/at/all.json";
  CHECK(error_of([&] { Task{config}; }).substr(0, 2) == "3:");
}

TEST_CASE("answers that a program scores come back with scores, null as a parse failure") {
  const TaskFiles files;
  TaskConfig config =
      files.task(TaskType::command, R"({"dev": [{"question": "a"}, {"question": "b", "answer": "t"}]})");
  config.service.command = {"python3", "-c", "input(); print('{\"version\": 1, \"scores\": [null, 0.25]}')"};
  const Task task(config);
  const std::vector<std::size_t> examples{0, 1};
  const std::vector<Output> outputs{{"x"}, {"y"}};

  const auto outcomes = task.score_all(Split::dev, examples, outputs, [] { return false; });

  REQUIRE(outcomes.size() == 2);
  CHECK(outcomes[0].score == 0.0);
  CHECK_FALSE(outcomes[0].parsed);
  CHECK(outcomes[1].score == 0.25);
  CHECK(outcomes[1].parsed);
  CHECK(outcomes[1].target == "t");
  CHECK(task.prompt(Split::dev, 0) == "a");
  CHECK(task.max_new_tokens() == 200);
  CHECK_FALSE(task.settled(Split::dev, 0, "x"));
}

TEST_CASE("scored together or one by one, answers have the same outcomes") {
  const TaskFiles files;
  const Task task(files.open(R"({"dev": [{"question": "q", "answer": "12"}, {"question": "r", "answer": "no"}]})"));
  const std::vector<std::size_t> examples{1, 0};
  const std::vector<Output> outputs{{"oh no"}, {"13"}};
  const auto outcomes = task.score_all(Split::dev, examples, outputs, [] { return false; });
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(outcomes[i].score == task.score(Split::dev, examples[i], outputs[i].text).score);
    CHECK(outcomes[i].answer == task.score(Split::dev, examples[i], outputs[i].text).answer);
  }
}

TEST_CASE("match: number compares the last number, and wants one in every gold answer") {
  const TaskFiles files;
  TaskConfig config = files.open(R"({"dev": [{"question": "q", "answer": "1200"}]})");
  config.match = Match::number;
  const Outcome outcome = Task(config).score(Split::dev, 0, "5 of them, so 1,200.0");
  CHECK(outcome.score == 1.0);
  CHECK(outcome.answer == "1,200.0");
  CHECK_FALSE(Task(config).score(Split::dev, 0, "none").parsed);

  TaskConfig words = files.open(R"({"dev": [{"question": "q", "answer": "many"}]})", "w");
  words.match = Match::number;
  CHECK_THAT(error_of([&] { const Task refused(words); }), Contains("3: ") && Contains("many") && Contains("number"));
}

TEST_CASE("a ballot is the parsed answer, whatever else the output says") {
  const Task task = choices();
  const auto ballot = [&](const std::string& output) { return task.ballot(output, task.score(Split::dev, 0, output)); };
  CHECK(ballot("B. yes") == "B");
  CHECK(ballot("A is it") == "A");
  CHECK_FALSE(ballot("I cannot tell.").has_value());
  CHECK_FALSE(task.votes_on_text());
}

TEST_CASE("a ballot of an exact match does not look at the gold string") {
  const Task task = open("sums");
  const auto ballot = [&](const std::string& output) { return task.ballot(output, task.score(Split::dev, 0, output)); };
  CHECK(task.votes_on_text());
  CHECK(ballot(" 42 or so \nQuestion: next") == "42 or so");
  CHECK(ballot("42.") != ballot("42"));
  CHECK_FALSE(ballot(" \n").has_value());
}

TEST_CASE("a ballot of gsm8k is the last word") {
  const Task task = open("gsm8k");
  CHECK(task.ballot("6 * 7 is forty-two.\nThe answer is 42.", {}) == "42");
}

TEST_CASE("a task that measures likelihood has texts behind its prompts and generates nothing") {
  const TaskFiles files;
  const Task options(files.task(TaskType::option_likelihood, choice_items));
  CHECK(options.prompt(Split::dev, 0) == "Question: dev?\nAnswer:");
  CHECK(options.continuations(Split::dev, 0) == std::vector<std::string>{" x", " yes"});
  CHECK(options.max_new_tokens() == 0);
  const std::vector<model::Likelihood> likelihoods{{-3.0, 1}, {-2.0, 1}};
  CHECK(options.outcome(Split::dev, 0, likelihoods).score == 1.0);
  CHECK(options.outcome(Split::test, 0, likelihoods).score == 0.0);

  const Task texts(files.task(TaskType::perplexity, open_items));
  CHECK(texts.prompt(Split::dev, 0) == "6 * 7?");
  CHECK(texts.continuations(Split::test, 0) == std::vector<std::string>{" 2"});
  CHECK(texts.outcome(Split::test, 0, std::vector<model::Likelihood>{{0.0, 1}}).score == 1.0);
  CHECK(choices().continuations(Split::dev, 0).empty());
}

TEST_CASE("an abstainer has a second question for every option, and knows which one was chosen") {
  const TaskFiles files;
  const Task task(files.task(TaskType::abstain, choice_items));
  const auto checks = task.checks(Split::dev, 0);
  REQUIRE(checks.size() == 2);
  CHECK_THAT(checks[1], Contains(task.prompt(Split::dev, 0) + "\nProposed answer: B: yes\n"));
  CHECK(task.chosen(Split::dev, 0, " B.") == 1U);
  CHECK_FALSE(task.chosen(Split::dev, 0, "hm"));
  CHECK(task.score(Split::dev, 0, " B.").score == 1.0);
  CHECK(choices().checks(Split::dev, 0).empty());
}

}  // namespace task_test
