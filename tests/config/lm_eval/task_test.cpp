#include "config/lm_eval/task.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "config/task_config_reader.hpp"
#include "support/error_of.hpp"
#include "support/source_folder.hpp"
#include "support/temp_folder.hpp"
#include "task/task.hpp"

namespace task_test {

using namespace shoal;
using Catch::Matchers::Contains;
using shoal::testing::error_of;
using shoal::testing::TempFolder;
using Json = nlohmann::ordered_json;

namespace {

namespace fs = std::filesystem;

const std::string json_data = "dataset_path: json, dataset_kwargs: {data_files: {v: r.jsonl}}, validation_split: v";

/// A folder with records and tasks about them.
class Harness {
 public:
  Harness() { write_durably(folder / "r.jsonl", "{\"q\": \"x\", \"a\": \"y\"}\n"); }

  /// A task with these keys besides its data.
  config::LmEvalTask read(const std::string& keys) const {
    write_atomically(folder / "t.yaml", "{" + json_data + ", " + keys + "}");
    return config::read_lm_eval_task(folder / "t.yaml");
  }

  Json entry(const std::string& keys) const { return Json::parse(read(keys).entry); }
  std::string notes(const std::string& keys) const { return fmt::format("{}", fmt::join(read(keys).notes, "\n")); }

  TempFolder folder;
};

const std::string open = "output_type: generate_until, doc_to_text: q, doc_to_target: a";
const std::string options = "output_type: multiple_choice, doc_to_text: q, doc_to_choice: [y, n], doc_to_target: a";

/// The task of a golden case, by way of `data:` and a type that is scored from what is generated.
task::Task golden_task(const Json& example, const TempFolder& folder) {
  std::string lines;
  for (const Json& record : example["records"]) lines += record.dump() + "\n";
  write_durably(folder / "r.jsonl", lines);
  const auto text = example["task"].get<std::string>();
  const std::string data = "{dataset_path: json, dataset_kwargs: {data_files: {v: r.jsonl}}, validation_split: v, ";
  write_durably(folder / "t.yaml", data + text.substr(1));
  const bool has_options = text.find("doc_to_choice") != text.npos;
  const std::string type = has_options ? ", type: multiple_choice" : "";
  config::YamlMap map(config::parse_yaml("{data: t.yaml" + type + "}", "c.yaml"), "c.yaml", "");
  return task::Task(config::read_task(map, folder.path()));
}

std::string gold_text(const task::Item& item) {
  for (const task::Choice& choice : item.choices) {
    if (choice.key == item.answer) return choice.text;
  }
  return item.answer;
}

}  // namespace

TEST_CASE("prompts, options and answers are those of lm-eval itself") {
  const Json cases = Json::parse(read_text(shoal::testing::data_folder() / "golden/lm_eval_items.json"));
  REQUIRE(cases.size() == 8);
  for (const Json& example : cases) {
    INFO(example["name"]);
    const TempFolder folder;
    const task::Task task = golden_task(example, folder);
    REQUIRE(task.size(task::Split::dev) == example["expected"].size());
    for (std::size_t i = 0; i < example["expected"].size(); ++i) {
      const Json& expected = example["expected"][i];
      const task::Item& item = task.dataset().dev[i];
      CHECK(task.prompt(task::Split::dev, i) == expected["prompt"].get<std::string>());
      CHECK(gold_text(item) == expected["gold"].get<std::string>());
      for (std::size_t c = 0; c < item.choices.size(); ++c)
        CHECK(item.choices[c].text == expected["choices"][c].get<std::string>());
    }
  }
}

TEST_CASE("output types become task types") {
  const Harness harness;
  CHECK(harness.entry(open)["type"] == "exact_match");
  CHECK(harness.entry(options)["type"] == "option_likelihood");
  CHECK(harness.entry("output_type: loglikelihood, doc_to_text: q, doc_to_target: a")["type"] == "perplexity");
  CHECK_THAT(error_of([&] { harness.read("output_type: loglikelihood_rolling, doc_to_text: q"); }),
             Contains("2: ") && Contains("loglikelihood_rolling is not supported"));
}

TEST_CASE("generation is greedy and as long as lm-eval's") {
  const Harness harness;
  CHECK(harness.entry(open)["max_new_tokens"] == 256);
  CHECK(harness.entry(open +
                      ", generation_kwargs: {max_gen_toks: 7, do_sample: false, temperature: 0.0}")["max_new_tokens"] ==
        7);
}

TEST_CASE("each key that means something else here is named once, others are not mentioned") {
  const Harness harness;
  const std::string notes =
      harness.notes(options +
                    ", num_fewshot: 5, process_docs: !function u.f, doc_to_image: img, target_delimiter: '', "
                    "metadata: {version: 1}, tag: t, repeats: 1, filter_list: [{filter: [{function: regex}]}]");
  for (const char* part : {"num_fewshot is 5", "process_docs is a Python function", "doc_to_image is not carried over",
                           "target_delimiter is", "filter_list (regex)", "there is no split for the held-out test"}) {
    CHECK_THAT(notes, Contains(part));
  }
  CHECK(std::ranges::count(notes, '\n') == 5);
}

TEST_CASE("an included file gives what a task leaves out") {
  const Harness harness;
  write_durably(harness.folder / "base.yaml", "{" + json_data + ", " + open + ", task: base}");
  write_durably(harness.folder / "mine.yaml", "{include: base.yaml, task: mine}");
  const Json entry = Json::parse(config::read_lm_eval_task(harness.folder / "mine.yaml").entry);
  CHECK(entry["name"] == "mine");
  CHECK(entry["fields"]["answer"] == "{{a}}");
  write_durably(harness.folder / "circle.yaml", "{include: circle.yaml}");
  CHECK_THAT(error_of([&] { config::read_lm_eval_task(harness.folder / "circle.yaml"); }), Contains("circle?"));
}

TEST_CASE("what cannot be a task is refused") {
  const Harness harness;
  CHECK_THAT(error_of([&] { harness.read("output_type: generate_until, doc_to_text: !function u.f"); }),
             Contains("2: ") && Contains("Python function u.f"));
  CHECK_THAT(error_of([&] { harness.read("output_type: generate_until, doc_to_target: a"); }),
             Contains("no doc_to_text"));
  CHECK_THAT(error_of([&] { harness.read("output_type: generate_until, doc_to_text: q"); }),
             Contains("no doc_to_target"));
  CHECK_THAT(error_of([&] { harness.read("output_type: multiple_choice, doc_to_text: q, doc_to_target: a"); }),
             Contains("no doc_to_choice"));
  CHECK_THAT(error_of([&] { harness.read(open + ", generation_kwargs: {max_gen_toks: many}"); }),
             Contains("max_gen_toks"));
}

}  // namespace task_test
