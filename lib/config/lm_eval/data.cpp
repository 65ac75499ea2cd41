#include "config/lm_eval/data.hpp"

#include <fmt/format.h>

#include "base/error.hpp"

namespace shoal::config {
namespace {

namespace fs = std::filesystem;

std::string text(const YAML::Node& map, const char* key) {
  const YAML::Node value = map.IsDefined() && map.IsMap() ? map[key] : YAML::Node();
  return value.IsDefined() && value.IsScalar() && !value.IsNull() ? value.Scalar() : "";
}

/// Which splits become dev and test.
struct Splits {
  std::string dev;
  std::string test;
};

Splits choose(const YAML::Node& task, std::vector<std::string>& notes) {
  const std::string train = text(task, "training_split");
  const std::string validation = text(task, "validation_split");
  Splits splits{validation, text(task, "test_split")};
  if (splits.test.empty() && !train.empty()) {
    splits = {train, validation};
    if (!validation.empty())
      notes.push_back(
          fmt::format("there is no test split: {} becomes dev and {} the held-out test.", train, validation));
  }
  if (splits.dev.empty()) splits.dev = train;
  if (splits.dev.empty()) notes.emplace_back("there is no split for dev: a search needs one.");
  if (splits.test.empty()) notes.emplace_back("there is no split for the held-out test: a search needs one.");
  return splits;
}

/// data_files: one file (of the training split), or a file or a list with one file for each split.
std::string named_file(const YAML::Node& kwargs, const std::string& split, const std::string& task) {
  const YAML::Node files = kwargs.IsDefined() && kwargs.IsMap() ? kwargs["data_files"] : YAML::Node();
  if (!files.IsDefined() || files.IsNull()) return "";
  if (files.IsScalar()) return split == "train" ? files.Scalar() : "";
  const YAML::Node value = files.IsMap() ? files[split] : files;
  if (!value.IsDefined()) return "";
  if (value.IsScalar()) return value.Scalar();
  if (value.size() == 1) return value[0].Scalar();
  fail(ExitCode::usage, "{}: split {} has {} data files (one is expected). Put them together.", task, split,
       value.size());
}

/// Beside the task file, else in the current folder, where lm-eval itself looks.
fs::path located(const std::string& name, const fs::path& file, std::vector<std::string>& notes) {
  if (name.empty()) return {};
  const fs::path beside = fs::absolute(file).parent_path() / name;
  for (const fs::path& place : {beside, fs::absolute(name)}) {
    if (fs::is_regular_file(place)) return place.lexically_normal();
  }
  notes.push_back(fmt::format("{} is not there: put it beside the task file.", name));
  return beside.lexically_normal();
}

LmEvalData from_hub(const std::string& hub, const fs::path& stem, const Splits& splits,
                    std::vector<std::string> notes) {
  LmEvalData data;
  const auto saved = [&](const std::string& split) {
    return split.empty() ? fs::path() : fs::path(stem.string() + "-" + split + ".jsonl");
  };
  data.dev = saved(splits.dev);
  data.test = saved(splits.test);
  notes.push_back(
      fmt::format("dataset_path {} is a data set of the Hugging Face hub, which is not read here: save its splits as "
                  "JSON lines under the names in data.",
                  hub));
  data.notes = std::move(notes);
  return data;
}

void check_format(const YAML::Node& kwargs, const std::string& format, const std::string& task) {
  if (format != "json") {
    fail(ExitCode::usage, "{}: dataset_path is {} (JSON and JSON lines are read here). Convert the data.", task,
         format);
  }
  if (!text(kwargs, "field").empty()) {
    fail(ExitCode::usage, "{}: dataset_kwargs.field is {} (a data file is a list here). Save that field alone.", task,
         text(kwargs, "field"));
  }
}

}  // namespace

LmEvalData lm_eval_data(const YAML::Node& task, const fs::path& file, const std::string& name) {
  LmEvalData data;
  const Splits splits = choose(task, data.notes);
  const std::string format = text(task, "dataset_path");
  const YAML::Node kwargs = task["dataset_kwargs"];
  const bool local = kwargs.IsDefined() && kwargs.IsMap() && kwargs["data_files"].IsDefined();
  if (!local && format != "json")
    return from_hub(format, fs::absolute(file).parent_path() / name, splits, std::move(data.notes));
  check_format(kwargs, format, file.string());
  if (!text(task, "dataset_name").empty()) data.notes.emplace_back("dataset_name is not carried over.");
  data.dev = located(named_file(kwargs, splits.dev, file.string()), file, data.notes);
  data.test = located(named_file(kwargs, splits.test, file.string()), file, data.notes);
  if (data.dev.empty() && data.test.empty()) {
    fail(ExitCode::usage, "{}: dataset_kwargs.data_files names no file for the splits {} and {}. Add them.",
         file.string(), splits.dev, splits.test);
  }
  return data;
}

}  // namespace shoal::config
