#include "config/import/mergekit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.hpp"
#include "base/file.hpp"
#include "config/import/mergekit_models.hpp"
#include "config/yaml/yaml_reader.hpp"
#include "config/yaml/yaml_writer.hpp"

namespace shoal::config {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

/// Methods that merge differences to the base: there the base is no expert, even when it is listed.
bool subtracts_base(const std::string& method) {
  static const std::set<std::string> methods{
      "task_arithmetic", "ties",        "dare_ties",        "dare_linear", "della",
      "della_linear",    "breadcrumbs", "breadcrumbs_ties", "sce",         "model_stock"};
  return methods.contains(method);
}

class MergekitImport {
 public:
  MergekitImport(const fs::path& file, const std::vector<fs::path>& tasks)
      : file_(file), tasks_(tasks), merge_(parse_yaml(read_text(file), file.string())) {
    if (!merge_.IsMap()) fail(ExitCode::usage, "{} is not a mapping (a merge of mergekit is expected).", file.string());
  }

  Imported run() {
    const MergekitModels models = mergekit_models(merge_, file_);
    warnings_ = models.notes;
    const std::string method = text("merge_method");
    if (method.empty()) fail(ExitCode::usage, "{} has no merge_method. Add it.", file_.string());
    if (method == "passthrough") {
      fail(ExitCode::usage,
           "{}: merge_method passthrough stacks layers (experts are whole models that can be averaged). "
           "Nothing here does that; use mergekit.",
           file_.string());
    }
    config_["name"] = file_.stem().string();
    add_models(models, method);
    config_["utility"] = utility();
    if (const std::string dtype = text("dtype"); !dtype.empty()) add_dtype(dtype);
    tell_about_method(models, method);
    tell_about_the_rest();
    return {head(method) + yaml_of(config_), warnings_};
  }

 private:
  std::string text(const char* key) const {
    const YAML::Node& constant = merge_;
    const YAML::Node value = constant[key];
    return value.IsDefined() && value.IsScalar() ? value.Scalar() : "";
  }

  void warn(std::string sentence) { warnings_.push_back(std::move(sentence)); }

  std::string head(const std::string& method) const {
    return fmt::format("# From {}: a search over the models that it merges by {}.\n", file_.filename().string(),
                       method);
  }

  /// Where mergekit would look, the current folder, or beside the file.
  std::string folder(const std::string& model) {
    const std::string name = without_revision(model);
    for (const fs::path& place : {fs::absolute(name), fs::absolute(file_).parent_path() / name}) {
      if (fs::is_directory(place)) return place.lexically_normal().string();
    }
    warn(fmt::format("{} is no folder here: download it and put its folder in its place.", name));
    return name;
  }

  void add_models(const MergekitModels& merge, const std::string& method) {
    const bool adapters = std::ranges::any_of(merge.models, [](const MergekitModel& m) { return !m.adapter.empty(); });
    const std::string base = merge.base.empty() ? merge.models.front().base : merge.base;
    if (merge.base.empty() && !adapters) {
      warn(fmt::format("there is no base_model: {} gives the shape and the tokenizer.", base));
    }
    config_["model"] = folder(base);
    config_["experts"] = Json::array();
    for (const MergekitModel& model : merge.models) add_expert(model, base, adapters, method);
    if (config_["experts"].size() < 2) {
      fail(ExitCode::usage, "{} merges fewer than two experts (a swarm needs at least two). Add models.",
           file_.string());
    }
    if (adapters) config_["merge_space"] = "delta";  // mergekit merges what adapters add, not their factors
  }

  void add_expert(const MergekitModel& model, const std::string& base, bool adapters, const std::string& method) {
    const bool is_base = model.base == base && model.adapter.empty();
    if (is_base && (adapters || subtracts_base(method))) {
      if (!model.weight.empty()) warn(fmt::format("the weight of the base {} is not carried over.", base));
      return;
    }
    if (adapters && model.adapter.empty()) {
      fail(ExitCode::usage, "{} merges adapters with the whole model {} (experts are all of one kind). Split it.",
           file_.string(), model.base);
    }
    if (adapters && model.base != base) {
      fail(ExitCode::usage, "{} merges adapters of {} and of {} (experts share one base). Split it.", file_.string(),
           base, model.base);
    }
    config_["experts"].push_back(folder(adapters ? model.adapter : model.base));
  }

  Json utility() {
    Json tasks = Json::array();
    for (const fs::path& task : tasks_) {
      tasks.push_back({{"name", task.stem().string()}, {"data", fs::absolute(task).lexically_normal().string()}});
    }
    if (tasks.empty()) warn("a merge has no utility: add --task, or write utility.tasks; the search needs one.");
    return {{"tasks", tasks}};
  }

  void add_dtype(const std::string& dtype) {
    if (dtype == "bfloat16" || dtype == "float32") {
      config_["evaluation"] = {{"dtype", dtype}};
    } else {
      warn(fmt::format("dtype {} is not carried over: float32 or bfloat16, by the machine.", dtype));
    }
  }

  /// The one merge that the file describes, as a command.
  void tell_about_method(const MergekitModels& merge, const std::string& method) {
    std::string weights;
    for (const MergekitModel& model : merge.models) {
      if (!model.weight.empty()) weights += (weights.empty() ? "" : ", ") + model.weight;
    }
    const std::string with = weights.empty() ? "" : fmt::format(" with the weights {}", weights);
    warn(fmt::format("merge_method {}{} is not carried over: a search finds the weights; shoal merge makes one merge.",
                     method, with));
  }

  void tell_about_the_rest() {
    static const std::set<std::string> told{"models", "slices", "merge_method", "base_model", "dtype", "name"};
    for (const auto& entry : merge_) {
      const std::string key = entry.first.Scalar();
      if (told.contains(key) || entry.second.IsNull()) continue;
      if (key != "parameters" || !entry.second.IsMap()) {
        warn(fmt::format("{} is not carried over.", key));
        continue;
      }
      for (const auto& parameter : entry.second)
        warn(fmt::format("parameters.{} is not carried over.", parameter.first.Scalar()));
    }
  }

  fs::path file_;
  std::vector<fs::path> tasks_;
  YAML::Node merge_;
  Json config_ = Json::object();
  std::vector<std::string> warnings_;
};

}  // namespace

Imported import_mergekit(const fs::path& file, const std::vector<fs::path>& tasks) {
  try {
    return MergekitImport(file, tasks).run();
  } catch (const YAML::Exception& error) {
    fail(ExitCode::usage, "{}:{}: not a merge of mergekit ({}).", file.string(), error.mark.line + 1, error.msg);
  }
}

}  // namespace shoal::config
