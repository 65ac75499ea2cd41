#include "weights/peft/lora_config.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/json_document.hpp"
#include "base/json_text.hpp"
#include "weights/peft/module_pattern.hpp"

namespace shoal::weights {
namespace {

using Json = nlohmann::ordered_json;

constexpr double highest_rank = 1 << 20;

template <typename... Args>
[[noreturn]] void reject(const std::string& source, fmt::format_string<Args...> format, Args&&... args) {
  fail(ExitCode::input, "{}: {}.", source, fmt::format(format, std::forward<Args>(args)...));
}

double positive_number(const Json& json, const std::string& key, const std::string& source) {
  const auto found = json.find(key);
  if (found == json.end() || !found->is_number() || !(found->get<double>() > 0.0)) {
    reject(source, "{} is missing or not a positive number (a PEFT LoRA adapter has one)", shown(key));
  }
  return found->get<double>();
}

double rank_number(const Json& json, const std::string& key, const std::string& source) {
  const double rank = positive_number(json, key, source);
  if (rank != std::floor(rank) || rank > highest_rank) {
    reject(source, "the rank {} of {} is not a possible whole number", rank, shown(key));
  }
  return rank;
}

std::vector<std::pair<std::string, double>> pattern(const Json& json, const char* key, const std::string& source,
                                                    double (*number)(const Json&, const std::string&,
                                                                     const std::string&)) {
  std::vector<std::pair<std::string, double>> values;
  if (!json.contains(key) || json[key].is_null()) return values;
  if (!json[key].is_object()) reject(source, "{} is not an object", key);
  for (const auto& [name, value] : json[key].items()) values.emplace_back(name, number(json[key], name, source));
  return values;
}

/// Absent, null, false, and empty lists or objects all mean "not used"; so does text where `off` says so.
bool is_off(const Json& json, const char* key) {
  const auto found = json.find(key);
  if (found == json.end() || found->is_null() || *found == Json(false)) return true;
  return found->is_structured() && found->empty();
}

void refuse_other_methods(const Json& json, const std::string& source) {
  const auto type = json.find("peft_type");
  if (type == json.end() || *type != Json("LORA")) {
    reject(source, "peft_type is {} (only \"LORA\" is supported)",
           type == json.end() ? "missing" : shown(type->dump()));
  }
  // Each of these changes the forward pass or adds weights (PEFT 0.21, LoraConfig).
  for (const char* key : {"use_dora", "fan_in_fan_out", "lora_bias", "use_qalora", "use_bdlora", "modules_to_save",
                          "layer_replication", "target_parameters", "trainable_token_indices", "arrow_config",
                          "alora_invocation_tokens", "kasa_config", "monteclora_config"}) {
    if (!is_off(json, key)) {
      reject(source, "{} is on (only plain LoRA is supported). Merge the adapter into a full model first", key);
    }
  }
  if (!is_off(json, "bias") && json["bias"] != Json("none")) {
    reject(source, "it has trained biases (bias is {}, only \"none\" is supported)", shown(json_text(json["bias"])));
  }
}

/// PiSSA, OLoRA, CorDA, LoftQ and LoRA-GA subtract their starting point from the base weights: such an adapter means
/// nothing on the stored base. True, false, gaussian, eva and orthogonal leave the base as it is.
void refuse_changed_base(const Json& json, const std::string& source) {
  const auto found = json.find("init_lora_weights");
  if (found == json.end() || found->is_boolean() || found->is_null()) return;
  for (const char* harmless : {"gaussian", "eva", "orthogonal"}) {
    if (*found == Json(harmless)) return;
  }
  reject(source, "init_lora_weights is {} (it may change the base weights). Convert the adapter to plain LoRA first",
         shown(found->dump()));
}

bool flag(const Json& json, const char* key, const std::string& source) {
  if (is_off(json, key)) return false;
  if (!json[key].is_boolean()) reject(source, "{} is neither true nor false", key);
  return json[key].get<bool>();
}

std::optional<double> first_match(const std::vector<std::pair<std::string, double>>& pattern, const std::string& module,
                                  const std::string& source) {
  for (const auto& [key, value] : pattern) {
    if (matches_module(key, module, source)) return value;
  }
  return std::nullopt;
}

}  // namespace

LoraConfig LoraConfig::read(const std::filesystem::path& path) {
  LoraConfig config;
  config.source_ = path.string();
  const std::string& source = config.source_;
  const Json json = parse_ordered_json(read_text(path), source);
  if (!json.is_object()) reject(source, "it is not a JSON object");
  refuse_other_methods(json, source);
  refuse_changed_base(json, source);
  config.rank_ = static_cast<std::int64_t>(rank_number(json, "r", source));
  config.alpha_ = positive_number(json, "lora_alpha", source);
  config.rank_stabilised_ = flag(json, "use_rslora", source);
  config.rank_pattern_ = pattern(json, "rank_pattern", source, rank_number);
  config.alpha_pattern_ = pattern(json, "alpha_pattern", source, positive_number);
  const auto base = json.find("base_model_name_or_path");
  if (base != json.end() && base->is_string()) config.base_model_name_ = base->get<std::string>();
  return config;
}

std::int64_t LoraConfig::rank(const std::string& module) const {
  const auto special = first_match(rank_pattern_, module, source_);
  return special ? static_cast<std::int64_t>(*special) : rank_;
}

double LoraConfig::scale(const std::string& module) const {
  const double alpha = first_match(alpha_pattern_, module, source_).value_or(alpha_);
  const auto r = static_cast<double>(rank(module));
  return rank_stabilised_ ? alpha / std::sqrt(r) : alpha / r;
}

}  // namespace shoal::weights
