#include "task/prompt.hpp"

#include <catch2/catch.hpp>

namespace prompt_test {

using namespace shoal::task;

namespace {

const Item item{"What?", {{"A", "this"}, {"B", "that {question}"}}, "A"};
const Item open_item{"6 * 7?", {}, "42"};

TaskConfig choices(const std::string& name) {
  TaskConfig config;
  config.name = name;
  return config;
}

TaskConfig open(const std::string& name) {
  TaskConfig config = choices(name);
  config.type = TaskType::exact_match;
  return config;
}

std::string filled(const std::string& form, TaskConfig config = choices("mmlu")) {
  config.prompt = form;
  return make_prompt(config, {}, item);
}

const std::string body = "Question: What?\nA: this\nB: that {question}\nThe answer is";

}  // namespace

TEST_CASE("the prompt of a choice is the published one") {
  CHECK(make_prompt(choices("mmlu"), {}, item) == "Please choose an option that best answers the question.\n" + body);
}

TEST_CASE("the instruction follows the name of the set, whatever its case") {
  CHECK(make_prompt(choices("HellaSwag"), {}, item) ==
        "Please choose an option that best completes the sentence.\n" + body);
  Dataset data;
  data.icl_prompt = "Question: one\nThe answer is A\n";
  CHECK(make_prompt(choices("Knowledge_Crosswords"), data, item) == "Question: one\nThe answer is A\n\n" + body);
}

TEST_CASE("the prompt of an exact match is the question alone") {
  CHECK(make_prompt(open("gsm8k"), {}, open_item) == "6 * 7?");
  CHECK(make_prompt(open("hellaswag"), {}, open_item) == "6 * 7?");
}

TEST_CASE("instruction and worked examples of the configuration replace the defaults") {
  TaskConfig config = choices("mmlu");
  config.instruction = "Choose.";
  config.icl_prompt = "Example";
  Dataset data;
  data.icl_prompt = "not this one";
  CHECK(make_prompt(config, data, item) == "Example\nChoose.\n" + body);
  config.instruction = "";
  config.icl_prompt = "";
  CHECK(make_prompt(config, data, item) == body);
  TaskConfig exact = open("sums");
  exact.instruction = "Compute.";
  CHECK(make_prompt(exact, {}, open_item) == "Compute.\n6 * 7?");
}

TEST_CASE("a template replaces the form, each part standing where it is named") {
  CHECK(filled("Q: {question}\nA:") == "Q: What?\nA:");
  CHECK(filled("{choices}|{question}|{instruction}") ==
        "A: this\nB: that {question}|What?|Please choose an option that best answers the question.");
  CHECK(filled("{question}{question}") == "What?What?");
}

TEST_CASE("braces that are no placeholder, and placeholders inside a question, stay what they are") {
  CHECK(filled("{x} {Question} {question") == "{x} {Question} {question");
  TaskConfig config = open("t");
  config.prompt = "{question}!";
  CHECK(make_prompt(config, {}, Item{"{choices} {question}", {}, "x"}) == "{choices} {question}!");
}

TEST_CASE("worked examples stand before a template too") {
  TaskConfig config = choices("mmlu");
  config.icl_prompt = "Example";
  CHECK(filled("{question}", config) == "Example\nWhat?");
}

TEST_CASE("gsm8k may take 200 new tokens, other sets 10") {
  CHECK(default_max_new_tokens(open("GSM8K")) == 200);
  CHECK(default_max_new_tokens(open("nlgraph")) == 10);
  CHECK(default_max_new_tokens(choices("mmlu")) == 10);
}

TEST_CASE("options are compared behind a question, or behind what they continue, or by their keys") {
  TaskConfig config = choices("arc");
  config.type = TaskType::option_likelihood;
  CHECK(make_prompt(config, {}, item) == "Question: What?\nAnswer:");
  config.name = "hellaswag";
  CHECK(make_prompt(config, {}, item) == "What?");
  config.instruction = "Go on.";
  CHECK(make_prompt(config, {}, item) == "Go on.\nWhat?");
  config = choices("mmlu");
  config.type = TaskType::option_likelihood;
  config.continuation = Continuation::key;
  CHECK(make_prompt(config, {}, item) == make_prompt(choices("mmlu"), {}, item));
}

TEST_CASE("an abstainer is asked as in multiple choice, a reward model's or a measured text's prompt is the question") {
  TaskConfig config = choices("mmlu");
  config.type = TaskType::abstain;
  CHECK(make_prompt(config, {}, item) == make_prompt(choices("mmlu"), {}, item));
  CHECK(default_max_new_tokens(config) == 10);
  for (const auto type : {TaskType::reward, TaskType::perplexity}) {
    config.type = type;
    CHECK(make_prompt(config, {}, open_item) == "6 * 7?");
  }
  CHECK(default_max_new_tokens(config) == 0);
  config.type = TaskType::option_likelihood;
  CHECK(default_max_new_tokens(config) == 0);
  config.type = TaskType::reward;
  CHECK(default_max_new_tokens(config) == 200);
}

}  // namespace prompt_test
