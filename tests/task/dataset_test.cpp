#include "task/dataset.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <random>

#include "support/error_of.hpp"
#include "task/task_files.hpp"
#include "text/text.hpp"

namespace dataset_test {

using namespace shoal;
using namespace shoal::task;
using namespace shoal::text;
using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using shoal::testing::error_of;
using shoal::testing::splits;
using shoal::testing::TaskFiles;

namespace {

const std::string choice_item = R"({"question": "q", "choices": {"B": "x", "A": "y"}, "answer": "A", "id": 7})";
const std::string open_item = R"({"question": "q", "answer": "x", "domain": "d"})";

std::string choices_error(const std::string& item) {
  const TaskFiles files;
  return error_of([&] { read_dataset(files.choices(splits(item, ""))); });
}

std::string open_error(const std::string& content) {
  const TaskFiles files;
  return error_of([&] { read_dataset(files.open(content)); });
}

std::string lines(int count) {
  std::string text;
  for (int i = 0; i < count; ++i)
    text += R"({"question": "q)" + std::to_string(i) +
            R"(", "answer": "a"})"
            "\n";
  return text;
}

}  // namespace

TEST_CASE("items keep the order of the file and options the order of their keys in it") {
  const TaskFiles files;
  const Dataset data = read_dataset(files.choices(splits(choice_item + "," + choice_item, choice_item)));
  REQUIRE(data.dev.size() == 2);
  CHECK(data.items(Split::test).size() == 1);
  CHECK(data.dev[0].question == "q");
  CHECK(data.dev[0].choices.at(0).key == "B");
  CHECK(data.dev[0].choices.at(1).text == "y");
  CHECK(data.dev[0].answer == "A");
  CHECK_FALSE(data.icl_prompt);
}

TEST_CASE("options given as a list are called A, B, C") {
  const TaskFiles files;
  const Dataset data =
      read_dataset(files.choices(splits(R"({"question": "q", "choices": ["x", "y", "z"], "answer": "C"})", "")));
  CHECK(data.dev.at(0).choices.at(2).key == "C");
  CHECK(data.dev.at(0).choices.at(2).text == "z");
}

TEST_CASE("whole numbers count as text in questions and answers") {
  const TaskFiles files;
  CHECK(read_dataset(files.open(splits(R"({"question": "6 * 7?", "answer": 42})", ""))).dev.at(0).answer == "42");
}

TEST_CASE("an exact match ignores choices, and white space stays") {
  const TaskFiles files;
  const Dataset data = read_dataset(files.open(splits(R"({"question": " q ", "choices": 5, "answer": " x "})", "")));
  CHECK(data.dev.at(0).choices.empty());
  CHECK(data.dev.at(0).question == " q ");
  CHECK(data.dev.at(0).answer == " x ");
}

TEST_CASE("worked examples come with the file") {
  const TaskFiles files;
  CHECK(read_dataset(files.open(R"({"dev": [)" + open_item + R"(], "icl_prompt": "Q\nA"})")).icl_prompt == "Q\nA");
  CHECK_THAT(open_error(R"({"dev": [)" + open_item + R"(], "icl_prompt": ["Q"]})"),
             Contains("icl_prompt is not a string"));
}

TEST_CASE("limits keep the first items of each split and what lies behind is not looked at") {
  const TaskFiles files;
  TaskConfig config = files.open(splits(open_item + "," + open_item + ", 5", open_item));
  config.dev_limit = 2;
  config.test_limit = 9;
  CHECK(read_dataset(config).dev.size() == 2);
  CHECK(read_dataset(config).test.size() == 1);
}

TEST_CASE("JSONL files come one per split, with empty lines and any line ends") {
  const TaskFiles files;
  TaskConfig config;
  config.type = TaskType::exact_match;
  config.dev_data = files.write("d.jsonl", "\r\n" + lines(2) + "\n" +
                                               R"({"question": "last", "answer": "a"})"
                                               "\r\n");
  config.test_data = files.write("t.jsonl", lines(5));
  config.test_limit = 4;
  const Dataset data = read_dataset(config);
  CHECK(data.dev.size() == 3);
  CHECK(data.dev.back().question == "last");
  CHECK(data.test.size() == 4);
  config.test_data.clear();
  CHECK(read_dataset(config).test.empty());
}

TEST_CASE("a broken JSONL line is named, and a broken item by its number") {
  const TaskFiles files;
  TaskConfig config;
  config.type = TaskType::exact_match;
  config.dev_data = files.write("d.jsonl", lines(1) + "{\n");
  CHECK_THAT(error_of([&] { read_dataset(config); }), Contains("d.jsonl line 2 is not valid JSON"));
  config.dev_data = files.write("e.jsonl", lines(1) + "5\n");
  CHECK_THAT(error_of([&] { read_dataset(config); }), EndsWith("e.jsonl: dev item 1: it is not an object."));
}

TEST_CASE("items of another shape are refused by file and item") {
  CHECK_THAT(choices_error("5"), EndsWith("t.json: dev item 0: it is not an object."));
  CHECK_THAT(choices_error(choice_item + ", {}"), EndsWith("dev item 1: it has no question."));
  CHECK_THAT(choices_error(R"({"question": "q"})"), EndsWith("it has no answer."));
  CHECK_THAT(choices_error(R"({"question": ["q"], "answer": "A"})"), EndsWith("its question is not a string."));
  CHECK_THAT(choices_error(R"({"question": "q", "answer": null})"), EndsWith("its answer is not a string."));
  CHECK_THAT(choices_error(R"({"question": "q", "answer": " \u00a0"})"), EndsWith("its answer is empty."));
  CHECK_THAT(choices_error(R"({"question": "", "answer": "A"})"), EndsWith("its question is empty."));
}

TEST_CASE("options of another shape are refused by file and item") {
  const auto with = [](const std::string& choices) {
    return choices_error(R"({"question": "q", "answer": "A", "choices": )" + choices + "}");
  };
  CHECK_THAT(choices_error(open_item), Contains("has no choices (type multiple_choice needs them)"));
  CHECK_THAT(with("5"), Contains("neither an object nor a list"));
  CHECK_THAT(with("{}"), EndsWith("fewer than two choices."));
  CHECK_THAT(with(R"(["x"])"), EndsWith("fewer than two choices."));
  CHECK_THAT(with(R"({"A": "x", "B": 5})"), EndsWith("option B is not a string."));
  CHECK_THAT(with(R"({"A": "x", " B": "y"})"), Contains("the option key \" B\" is empty or has white space"));
  CHECK_THAT(with(R"({"A": "x", "": "y"})"), Contains("is empty or has white space"));
  CHECK_THAT(with(R"({"A": "x", "A": "y"})"), Contains("dev item 0 has the key \"A\" twice"));
  CHECK_THAT(with(R"({"B": "x", "C": "y"})"), EndsWith("its answer \"A\" is not one of its options."));
  std::string many = "[\"x\"";
  for (int i = 0; i < 26; ++i) many += ", \"x\"";
  CHECK_THAT(with(many + "]"), Contains("a list of at most 26"));
}

TEST_CASE("files without items or of another shape are refused") {
  CHECK_THAT(open_error("{}"), Contains("task t is empty") && Contains("neither dev nor test items"));
  CHECK_THAT(open_error(splits("", "")), Contains("task t is empty"));
  CHECK_THAT(open_error("[]"), Contains("is not an object with dev and test"));
  CHECK_THAT(open_error(R"({"dev": {}})"), Contains("t.json: dev is not a list"));
  CHECK_THAT(open_error("{\"dev\": [\"\xff\"]}"), Contains("t.json is not UTF-8"));
  CHECK_THAT(open_error(""), Contains("t.json is not valid JSON"));
}

TEST_CASE("files that cannot be read are refused as input") {
  const TaskFiles files;
  TaskConfig config;
  config.data = files.path() / "missing.json";
  CHECK_THAT(error_of([&] { read_dataset(config); }), Contains("3: ") && Contains("missing.json"));
  config.data = files.path();
  CHECK(error_of([&] { read_dataset(config); }).substr(0, 2) == "3:");
}

TEST_CASE("the type of a task is guessed from its first item") {
  const TaskFiles files;
  CHECK(guess_type(files.write("a.json", splits(choice_item, ""))) == TaskType::multiple_choice);
  CHECK(guess_type(files.write("b.json", splits("", open_item))) == TaskType::exact_match);
  CHECK(guess_type(files.write("c.jsonl", lines(1))) == TaskType::exact_match);
  CHECK(guess_type(files.write("d.jsonl", choice_item)) == TaskType::multiple_choice);
  CHECK_THAT(error_of([&] { guess_type(files.write("e.jsonl", "\n")); }), Contains("e.jsonl is empty"));
  for (const char* missing : {"missing.json", "missing.jsonl"}) {
    CHECK_THAT(error_of([&] { guess_type(files.path() / missing); }), Contains("3: ") && Contains(missing));
  }
}

TEST_CASE("damaged files are read or refused as input, never anything else") {
  const TaskFiles files;
  const std::string sound = splits(choice_item + "," + choice_item, choice_item);
  const std::string alphabet = "{}[]\",:\\ 0eA\xff\xc3\n\t" + std::string(1, '\0');
  std::mt19937 generator(7);
  int refused = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string text = sound;
    for (auto changes = 1 + generator() % 3; changes > 0 && !text.empty(); --changes) {
      const auto at = generator() % text.size();
      if (generator() % 3 == 0)
        text.erase(at, 1 + generator() % 9);
      else if (generator() % 2 == 0)
        text.insert(at, 1, alphabet[generator() % alphabet.size()]);
      else
        text[at] = alphabet[generator() % alphabet.size()];
    }
    TaskConfig config;
    config.data = files.path() / "mutant.json";
    std::ofstream(config.data, std::ios::binary) << text;
    INFO(text);
    const std::string error = error_of([&] { read_dataset(config); });
    if (error == "none") continue;
    REQUIRE(error.substr(0, 3) == "3: ");
    REQUIRE(is_utf8(error));
    ++refused;
  }
  CHECK(refused > 1000);
  CHECK(refused < 3000);
}

TEST_CASE("types with options need them, reward models no answers, measured texts no questions") {
  const TaskFiles files;
  for (const auto type : {TaskType::option_likelihood, TaskType::abstain}) {
    CHECK(read_dataset(files.task(type, splits(choice_item, ""))).dev[0].choices.size() == 2);
    CHECK_THAT(error_of([&] { read_dataset(files.task(type, splits(open_item, ""))); }),
               Contains("3: ") && Contains("no choices") && Contains(name_of(type)));
  }
  const std::string question = R"({"question": "q"})";
  const std::string text = R"({"answer": "once upon a time"})";
  CHECK(read_dataset(files.task(TaskType::reward, splits(question, ""))).dev[0].answer.empty());
  CHECK(read_dataset(files.task(TaskType::perplexity, splits(text, ""))).dev[0].question.empty());
  CHECK_THAT(error_of([&] { read_dataset(files.task(TaskType::perplexity, splits(question, ""))); }),
             Contains("no answer"));
  CHECK_THAT(error_of([&] { read_dataset(files.task(TaskType::exact_match, splits(text, ""))); }),
             Contains("no question"));
}

}  // namespace dataset_test
