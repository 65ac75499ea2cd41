#include "config/import/lm_eval.hpp"

#include <catch2/catch.hpp>

#include "base/file.hpp"
#include "config/run_config.hpp"
#include "support/temp_folder.hpp"
#include "task/task.hpp"

namespace lm_eval_test {

using namespace shoal;
using shoal::testing::TempFolder;

TEST_CASE("an imported task is read as a task file") {
  const TempFolder folder;
  write_durably(folder / "r.json", R"([{"q": "One and one?", "a": "2"}])");
  write_durably(folder / "sums.yaml",
                "task: sums\noutput_type: generate_until\ndataset_path: json\n"
                "dataset_kwargs: {data_files: {test: r.json}}\ntest_split: test\n"
                "doc_to_text: \"Q: {{q}}\\nA:\"\ndoc_to_target: a\ngeneration_kwargs: {max_gen_toks: 5}\n");
  const config::Imported imported = config::import_lm_eval(folder / "sums.yaml");
  CHECK(imported.yaml.starts_with("# From sums.yaml, a task of lm-eval"));
  CHECK(imported.warnings.size() == 2);  // whole answers; no split for dev
  write_durably(folder / "ours.yaml", imported.yaml);
  const task::Task task(config::load_task_file(folder / "ours.yaml"));
  CHECK(task.name() == "sums");
  CHECK(task.max_new_tokens() == 5);
  CHECK(task.prompt(task::Split::test, 0) == "Q: One and one?\nA:");
  CHECK(task.score(task::Split::test, 0, "it is 2.").score == 1.0);
}

}  // namespace lm_eval_test
