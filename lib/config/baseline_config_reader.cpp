#include "config/baseline_config_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace shoal::config {
namespace {

namespace fs = std::filesystem;

const std::string data_merge = "data_merge";

std::vector<BaselineConfig> named(const std::vector<std::string>& names) {
  std::vector<BaselineConfig> baselines;
  for (const std::string& name : names) baselines.push_back({name, {}});
  return baselines;
}

std::vector<BaselineConfig> possible(std::vector<std::string> names, const BaselineScope& scope) {
  std::erase_if(names, [&](const std::string& name) { return !obstacle_to(name, scope).empty(); });
  return named(names);
}

std::vector<BaselineConfig> all(const BaselineScope& scope) {
  std::vector<std::string> names = baseline_names();
  std::erase(names, data_merge);
  return possible(std::move(names), scope);
}

std::vector<BaselineConfig> cheap_ones(const BaselineScope& scope) {
  if (scope.whole_delta) return possible({"slerp", "model_stock", "prediction_merge", "ensemble"}, scope);
  return possible({"slerp", "dare_ties", "model_stock", "prediction_merge", "ensemble"}, scope);
}

BaselineConfig read_baseline(YamlMap& map, const fs::path& folder) {
  const auto index = map.choice("name", baseline_names());
  if (!index) map.reject("name", "is missing (which baseline)");
  BaselineConfig baseline{baseline_names()[*index], {}};
  if (baseline.name == data_merge) {
    const auto adapter = map.path("adapter", folder);
    if (!adapter) map.reject("adapter", "is missing (data_merge is an expert of yours, trained on all the data)");
    baseline.adapter = adapter->resolved();
  }
  map.finish();
  return baseline;
}

}  // namespace

std::vector<BaselineConfig> read_baselines(YamlMap& document, const fs::path& folder, const BaselineScope& scope) {
  constexpr const char* key = "baselines";
  if (document.has(key) && document.is_sequence(key)) {
    std::vector<BaselineConfig> baselines;
    for (YamlMap& entry : document.maps_or_texts(key, "name")) {
      baselines.push_back(read_baseline(entry, folder));
      const auto same = [&](const BaselineConfig& other) { return other.name == baselines.back().name; };
      if (std::ranges::count_if(baselines, same) > 1) {
        document.reject(key, fmt::format("lists {} twice. Remove one", baselines.back().name));
      }
    }
    return baselines;
  }
  static const std::vector<std::string> sets{"none", "default", "all"};
  switch (document.choice(key, sets).value_or(1)) {
    case 0:
      return {};
    case 2:
      return all(scope);
    default:
      return cheap_ones(scope);
  }
}

}  // namespace shoal::config
