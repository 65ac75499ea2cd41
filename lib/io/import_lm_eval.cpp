#include "io/import_lm_eval.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "io/lm_eval_task.hpp"
#include "io/yaml_writer.hpp"

namespace shoal::io {

Imported import_lm_eval(const std::filesystem::path& file) {
  const LmEvalTask task = read_lm_eval_task(file);
  const std::string head = fmt::format(
      "# From {}, a task of lm-eval: one entry of utility.tasks, or a file for --task.\n", file.filename().string());
  return {head + yaml_of(nlohmann::ordered_json::parse(task.entry)), task.notes};
}

}  // namespace shoal::io
