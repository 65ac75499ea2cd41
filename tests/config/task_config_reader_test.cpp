#include "config/task_config_reader.hpp"

#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "base/file.hpp"
#include "config/run_config.hpp"
#include "support/error_of.hpp"
#include "support/temp_folder.hpp"

namespace task_config_reader_test {

using namespace shoal;
using Catch::Matchers::Contains;
using shoal::testing::error_of;
using shoal::testing::TempFolder;

namespace {

task::TaskConfig read(const std::string& text) {
  config::YamlMap map(config::parse_yaml(text, "t.yaml"), "t.yaml", "");
  return config::read_task(map, "/data");
}

const std::string choices = R"([{"question": "q", "choices": {"A": "x", "B": "y"}, "answer": "A"}])";
const std::string open = R"([{"question": "q", "answer": "x"}])";

std::string both_splits(const std::string& items) { return "{\"dev\": " + items + ", \"test\": " + items + "}"; }

}  // namespace

TEST_CASE("a task has the defaults of its type and is named after its file") {
  const auto task = read("{type: exact_match, data: sums.json}");
  CHECK(task.name == "sums");
  CHECK(task.data == "/data/sums.json");
  CHECK(task.match == task::Match::word);
  CHECK(task.weight == 1.0);
  CHECK_FALSE(task.prompt);
  CHECK_FALSE(task.dev_limit);
  CHECK_FALSE(task.max_new_tokens);
}

TEST_CASE("limits count for both splits or for each") {
  CHECK(read("{type: exact_match, data: s.json, limit: 5}").dev_limit == 5U);
  CHECK(read("{type: exact_match, data: s.json, limit: 5}").test_limit == 5U);
  const auto task = read("{type: exact_match, data: s.json, limit: {test: 7}}");
  CHECK_FALSE(task.dev_limit);
  CHECK(task.test_limit == 7U);
  CHECK_THAT(error_of([] { read("{type: exact_match, data: s.json, limit: {tst: 7}}"); }), Contains("limit.tst"));
}

TEST_CASE("JSONL data come as a file for each split, named after the first") {
  const auto task = read("{type: exact_match, data: {dev: d.jsonl, test: t.jsonl}}");
  CHECK(task.data.empty());
  CHECK(task.dev_data == "/data/d.jsonl");
  CHECK(task.test_data == "/data/t.jsonl");
  CHECK(task.name == "d");
}

TEST_CASE("a task with a test file alone is named after it") {
  CHECK(read("{type: exact_match, data: {test: t.jsonl}}").name == "t");
}

TEST_CASE("the type follows from the items when it is not given") {
  const TempFolder folder;
  write_durably(folder / "mc.json", both_splits(choices));
  write_durably(folder / "em.json", both_splits(open));
  CHECK(read("data: " + (folder / "mc.json").string()).type == task::TaskType::multiple_choice);
  CHECK(read("data: " + (folder / "em.json").string()).type == task::TaskType::exact_match);
  CHECK(error_of([&] { read("data: " + (folder / "missing.json").string()); }).substr(0, 2) == "3:");
}

TEST_CASE("a task file may be YAML or the data themselves") {
  const TempFolder folder;
  write_durably(folder / "em.json", both_splits(open));
  write_durably(folder / "task.yaml", "data: em.json\nname: mine\n");
  CHECK(config::load_task_file(folder / "task.yaml").name == "mine");
  CHECK(config::load_task_file(folder / "task.yaml").data == folder / "em.json");
  CHECK(config::load_task_file(folder / "em.json").name == "em");
  CHECK(config::load_task_file(folder / "em.json").data == folder / "em.json");
}

TEST_CASE("a JSONL file alone serves both splits") {
  const TempFolder folder;
  write_durably(folder / "em.jsonl", R"({"question": "q", "answer": "x"})"
                                     "\n");
  const auto task = config::load_task_file(folder / "em.jsonl");
  CHECK(task.data.empty());
  CHECK(task.dev_data == folder / "em.jsonl");
  CHECK(task.test_data == folder / "em.jsonl");
}

TEST_CASE("names, prompts and switches that cannot work are refused") {
  CHECK_THAT(error_of([] { read("{type: exact_match, data: s.json, name: ''}"); }), Contains("name is empty"));
  CHECK_THAT(error_of([] { read("{type: exact_match, data: s.json, prompt: hi}"); }), Contains("{question}"));
  CHECK_THAT(error_of([] { read("{type: exact_match, data: s.json, match: words}"); }), Contains("word?"));
  CHECK_THAT(error_of([] { read("{type: exact_match, data: s.json, chat_template: 2}"); }), Contains("chat_template"));
}

TEST_CASE("fields say how records become items, and by that which type they have") {
  const auto listed = read("{data: {dev: d.jsonl}, fields: {question: '{{q}}', choices: [no, yes], answer: '{{a}}'}}");
  CHECK(listed.type == task::TaskType::multiple_choice);
  CHECK(listed.fields->question == "{{q}}");
  CHECK(listed.fields->fixed_choices == std::vector<std::string>{"no", "yes"});
  const auto open_question = read("{data: s.json, fields: {question: '{{q}}'}}");
  CHECK(open_question.type == task::TaskType::exact_match);
  CHECK(open_question.fields->answer.empty());
  CHECK_THAT(error_of([] { read("{data: s.json, fields: {qestion: '{{q}}'}}"); }), Contains("fields.qestion"));
}

TEST_CASE("a task of lm-eval may stand for data, under the keys of the entry") {
  const TempFolder folder;
  write_durably(folder / "r.jsonl", "{\"q\": \"x\", \"a\": \"y\"}\n");
  write_durably(folder / "foreign.yaml",
                "{task: foreign, output_type: generate_until, doc_to_text: q, doc_to_target: a, dataset_path: json, "
                "dataset_kwargs: {data_files: {test: r.jsonl}}, test_split: test, num_fewshot: 3}");
  config::YamlMap map(config::parse_yaml("{data: foreign.yaml, name: mine, match: number}", "c.yaml"), "c.yaml", "");
  const auto task = config::read_task(map, folder.path());
  CHECK(task.name == "mine");
  CHECK(task.match == task::Match::number);
  CHECK(task.test_data == folder / "r.jsonl");
  CHECK(task.prompt == "{question}");
  CHECK(task.max_new_tokens == 256);
  CHECK(task.notes.size() == 3);  // no dev split, whole answers, worked examples
  config::YamlMap wrong(config::parse_yaml("{data: foreign.yaml, nam: mine}", "c.yaml"), "c.yaml", "");
  CHECK_THAT(error_of([&] { config::read_task(wrong, folder.path()); }), Contains("nam is not a known key"));
}

TEST_CASE("prompts are messages of a chat where that is asked for") {
  CHECK_FALSE(read("{type: exact_match, data: s.json}").chat_template);
  CHECK(read("{type: exact_match, data: s.json, chat_template: true}").chat_template);
}

TEST_CASE("options are compared as the configuration says") {
  const auto plain = read("{type: option_likelihood, data: s.json}");
  CHECK(plain.normalise == task::Normalise::none);
  CHECK(plain.continuation == task::Continuation::text);
  const auto task = read("{type: option_likelihood, data: s.json, normalise: length, continuation: key}");
  CHECK(task.normalise == task::Normalise::length);
  CHECK(task.continuation == task::Continuation::key);
  CHECK_THAT(error_of([] { read("{type: option_likelihood, data: s.json, normalise: lenght}"); }), Contains("length?"));
  CHECK_THAT(error_of([] { read("{type: multiple_choice, data: s.json, normalise: length}"); }),
             Contains("2: ") && Contains("normalise"));
  for (const std::string type : {"option_likelihood", "perplexity"}) {
    CHECK_THAT(error_of([&] { read("{type: " + type + ", data: s.json, max_new_tokens: 4}"); }),
               Contains("2: ") && Contains("max_new_tokens") && Contains("nothing is generated"));
  }
}

TEST_CASE("an abstainer's second question may be another") {
  CHECK_FALSE(read("{type: abstain, data: s.json}").check);
  CHECK(read("{type: abstain, data: s.json, check: Sure}").check == "Sure");
  CHECK_THAT(error_of([] { read("{type: multiple_choice, data: s.json, check: Sure}"); }), Contains("check"));
}

TEST_CASE("a reward model needs its folder and the rewards between which scores lie") {
  const std::string head = "{type: reward, data: s.json, ";
  const auto task = read(head + "reward_model: rm, minimum: -3, maximum: 4.5, variant: concise}");
  CHECK(task.reward.model == "/data/rm");
  CHECK(task.reward.minimum == -3.0);
  CHECK(task.reward.maximum == 4.5);
  CHECK(task.reward.variant == task::RewardVariant::concise);
  CHECK_FALSE(task.reward.chat_template);
  CHECK(read(head + "reward_model: rm, minimum: 0, maximum: 1, reward_chat_template: false}").reward.chat_template ==
        false);
  const auto error = [&](const std::string& keys) { return error_of([&] { read(head + keys + "}"); }); };
  CHECK_THAT(error("minimum: 0, maximum: 1"), Contains("2: ") && Contains("reward_model"));
  CHECK_THAT(error("reward_model: rm, maximum: 1"), Contains("2: ") && Contains("minimum"));
  CHECK_THAT(error("reward_model: rm, minimum: 0"), Contains("2: ") && Contains("maximum"));
  CHECK_THAT(error("reward_model: rm, minimum: 1, maximum: 1"), Contains("maximum") && Contains("not above"));
  CHECK_THAT(error("reward_model: rm, minimum: 0, maximum: 1, variant: short"), Contains("variant"));
}

}  // namespace task_config_reader_test
