#include "config/import/mergekit_models.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"

namespace shoal::config {
namespace {

namespace fs = std::filesystem;

/// "path", "path+adapter", or {model: {model: path}, lora: …}.
std::pair<std::string, std::string> reference(const YAML::Node& value, const fs::path& file) {
  if (!value.IsDefined() || !value.IsScalar()) {
    fail(ExitCode::usage, "{}:{}: a model is not named by a text. Write model: PATH or PATH+ADAPTER.", file.string(),
         value.IsDefined() ? value.Mark().line + 1 : 1);
  }
  const std::string text = value.Scalar();
  const std::size_t plus = text.find('+');
  return {text.substr(0, plus), plus == text.npos ? "" : text.substr(plus + 1)};
}

/// One plain number is a weight; lists (by depth) and filters (by name) are not.
std::string read_weight(const YAML::Node& value, const std::string& model, std::vector<std::string>& notes) {
  double number = 0.0;
  if (value.IsScalar() && YAML::convert<double>::decode(value, number)) return fmt::format("{}", number);
  notes.push_back(fmt::format("the weight of {} changes with depth or name: it is not carried over.", model));
  return "";
}

void read_parameters(const YAML::Node& entry, MergekitModel& model, std::vector<std::string>& notes) {
  const YAML::Node parameters = entry["parameters"];
  if (!parameters.IsDefined() || !parameters.IsMap()) return;
  const std::string& name = model.adapter.empty() ? model.base : model.adapter;
  for (const auto& parameter : parameters) {
    const std::string key = parameter.first.Scalar();
    if (key == "weight") {
      model.weight = read_weight(parameter.second, name, notes);
    } else {
      notes.push_back(fmt::format("parameter {} of {} is not carried over.", key, name));
    }
  }
}

void add_model(const YAML::Node& entry, const fs::path& file, MergekitModels& merge) {
  const YAML::Node& constant = entry;
  const auto [base, adapter] = reference(constant["model"], file);
  MergekitModel model{base, adapter, ""};
  if (base.find('@') != base.npos || adapter.find('@') != adapter.npos) {
    merge.notes.push_back(fmt::format("{} names a revision: the folder's files count.", base));
  }
  read_parameters(constant, model, merge.notes);
  for (const auto& key : entry) {
    const std::string name = key.first.Scalar();
    if (name == "layer_range") merge.notes.push_back(fmt::format("layer_range of {} is not carried over.", base));
    if (name != "model" && name != "parameters" && name != "layer_range") {
      merge.notes.push_back(fmt::format("{} of {} is not carried over.", name, base));
    }
  }
  merge.models.push_back(std::move(model));
}

YAML::Node sources(const YAML::Node& merge, const fs::path& file) {
  if (const YAML::Node models = merge["models"]; models.IsDefined() && models.IsSequence()) return models;
  const YAML::Node slices = merge["slices"];
  if (!slices.IsDefined() || !slices.IsSequence() || slices.size() == 0) {
    fail(ExitCode::usage, "{} has no models (a list is expected; modules are not read here). Add them.", file.string());
  }
  if (slices.size() > 1) {
    fail(ExitCode::usage,
         "{} builds a model of {} slices of layers (experts are whole models that can be averaged). Nothing here does "
         "that; use mergekit.",
         file.string(), slices.size());
  }
  return slices[0]["sources"];
}

}  // namespace

MergekitModels mergekit_models(const YAML::Node& merge, const fs::path& file) {
  MergekitModels result;
  if (const YAML::Node base = merge["base_model"]; base.IsDefined() && !base.IsNull()) {
    result.base = reference(base, file).first;
  }
  const YAML::Node list = sources(merge, file);
  for (std::size_t i = 0; list.IsDefined() && i < list.size(); ++i) add_model(list[i], file, result);
  if (result.models.empty()) fail(ExitCode::usage, "{} has no models. Add them.", file.string());
  return result;
}

std::string without_revision(const std::string& model) {
  const std::size_t at = model.find('@', model.rfind('/') == model.npos ? 0 : model.rfind('/'));
  return model.substr(0, at);
}

}  // namespace shoal::config
