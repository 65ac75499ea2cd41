#include "config/import/lm_eval.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "config/lm_eval/task.hpp"
#include "config/yaml/yaml_writer.hpp"

namespace shoal::config {

Imported import_lm_eval(const std::filesystem::path& file) {
  const LmEvalTask task = read_lm_eval_task(file);
  const std::string head = fmt::format(
      "# From {}, a task of lm-eval: one entry of utility.tasks, or a file for --task.\n", file.filename().string());
  return {head + yaml_of(nlohmann::ordered_json::parse(task.entry)), task.notes};
}

}  // namespace shoal::config
