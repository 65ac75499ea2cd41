#include "tensor/peft_adapter.hpp"

#include <ATen/ATen.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <regex>

#include "base/error.hpp"
#include "tensor/json_document.hpp"

namespace shoal::tensor {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr const char* config_file = "adapter_config.json";
constexpr const char* weights_file = "adapter_model.safetensors";
constexpr const char* prefix = "base_model.model.";

/// The parts of adapter_config.json that decide a layer's rank and scale.
struct LoraConfig {
  std::string source;
  std::int64_t rank = 0;
  double alpha = 0.0;
  bool rank_stabilised = false;
  std::map<std::string, double> rank_pattern;
  std::map<std::string, double> alpha_pattern;
  std::string base_model_name;
};

template <typename... Args>
[[noreturn]] void reject(const std::string& source, fmt::format_string<Args...> format, Args&&... args) {
  fail(ExitCode::input, "{}: {}.", source, fmt::format(format, std::forward<Args>(args)...));
}

double positive_number(const Json& json, const std::string& key, const std::string& source) {
  if (!json.contains(key) || !json[key].is_number() || !(json[key].get<double>() > 0.0)) {
    reject(source, "{} is missing or not a positive number (a PEFT LoRA adapter has one)", key);
  }
  return json[key].get<double>();
}

bool flag(const Json& json, const std::string& key) {
  return json.contains(key) && json[key].is_boolean() && json[key].get<bool>();
}

std::map<std::string, double> pattern(const Json& json, const std::string& key, const std::string& source) {
  std::map<std::string, double> values;
  if (!json.contains(key) || json[key].is_null()) return values;
  if (!json[key].is_object()) reject(source, "{} is not an object", key);
  for (const auto& [name, value] : json[key].items()) values[name] = positive_number(json[key], name, source);
  return values;
}

/// Features that change the arithmetic; leaving them out would evaluate something else than the adapter's author meant.
void refuse_other_methods(const Json& json, const std::string& source) {
  const std::string type =
      json.contains("peft_type") && json["peft_type"].is_string() ? json["peft_type"] : Json("none");
  if (type != "LORA") reject(source, "peft_type is {} (only LORA is supported)", type);
  for (const char* key : {"use_dora", "fan_in_fan_out", "lora_bias", "use_qalora", "use_bdlora"}) {
    if (flag(json, key))
      reject(source, "{} is on (only plain LoRA is supported). Merge it into a full model first", key);
  }
  if (json.contains("bias") && json["bias"].is_string() && json["bias"] != "none") {
    reject(source, "it has trained biases (bias: {}; only none is supported)", json["bias"].get<std::string>());
  }
  for (const char* key : {"modules_to_save", "layer_replication", "target_parameters", "trainable_token_indices"}) {
    if (json.contains(key) && !json[key].is_null() && !json[key].empty()) {
      reject(source, "{} is set (only plain LoRA is supported)", key);
    }
  }
}

LoraConfig read_config(const fs::path& path) {
  const std::string source = path.string();
  const Json json = parse_json(read_text(path), source);
  if (!json.is_object()) reject(source, "it is not a JSON object");
  refuse_other_methods(json, source);
  LoraConfig config;
  config.source = source;
  config.rank = static_cast<std::int64_t>(positive_number(json, "r", source));
  config.alpha = positive_number(json, "lora_alpha", source);
  config.rank_stabilised = flag(json, "use_rslora");
  config.rank_pattern = pattern(json, "rank_pattern", source);
  config.alpha_pattern = pattern(json, "alpha_pattern", source);
  if (json.contains("base_model_name_or_path") && json["base_model_name_or_path"].is_string()) {
    config.base_model_name = json["base_model_name_or_path"];
  }
  return config;
}

/// PEFT's rule for rank_pattern and alpha_pattern: a key fits a module when it is a regular expression that matches the
/// whole path or its end after a dot; the first that fits counts.
double matching(const std::map<std::string, double>& values, const std::string& module, double otherwise,
                const std::string& source) {
  for (const auto& [key, value] : values) {
    try {
      if (std::regex_match(module, std::regex("(.*\\.)?(" + key + ")"))) return value;
    } catch (const std::regex_error&) {
      reject(source, "the pattern {} is not a regular expression", key);
    }
  }
  return otherwise;
}

struct Factor {
  std::string module;
  char side;  // 'A' or 'B'
};

std::optional<Factor> parse_name(const std::string& name) {
  static const std::regex form(R"(base_model\.model\.(.+)\.lora_([AB])(?:\.default)?\.weight)");
  std::smatch match;
  if (!std::regex_match(name, match, form)) return std::nullopt;
  return Factor{match[1].str(), match[2].str()[0]};
}

bool is_floating(at::ScalarType type) {
  return type == at::kFloat || type == at::kHalf || type == at::kBFloat16 || type == at::kDouble;
}

void complete(LoraLayer& layer, const std::string& module, const LoraConfig& config, const SafetensorsFile& file) {
  const std::string source = file.path().string();
  if (layer.a_name.empty() || layer.b_name.empty()) {
    reject(source, "{} has only one of lora_A and lora_B. Save the adapter again", module);
  }
  const TensorEntry& a = file.entries().at(layer.a_name);
  const TensorEntry& b = file.entries().at(layer.b_name);
  if (!is_floating(a.type) || a.type != b.type)
    reject(source, "{} has factors of unsupported or unequal dtypes", module);
  if (a.shape.size() != 2 || b.shape.size() != 2) reject(source, "the factors of {} are not matrices", module);
  layer.rank =
      static_cast<std::int64_t>(matching(config.rank_pattern, module, static_cast<double>(config.rank), config.source));
  layer.in_features = a.shape[1];
  layer.out_features = b.shape[0];
  if (a.shape[0] != layer.rank || b.shape[1] != layer.rank) {
    reject(source, "{} has factors of rank {} where adapter_config.json says {}. The two files do not belong together",
           module, a.shape[0], layer.rank);
  }
  const double alpha = matching(config.alpha_pattern, module, config.alpha, config.source);
  const auto rank = static_cast<double>(layer.rank);
  layer.scale = config.rank_stabilised ? alpha / std::sqrt(rank) : alpha / rank;
}

}  // namespace

bool is_peft_adapter(const fs::path& folder) { return fs::exists(folder / config_file); }

PeftAdapter PeftAdapter::open(const fs::path& folder) {
  if (!fs::is_directory(folder)) {
    fail(ExitCode::input, "expert {} is not a folder (a PEFT adapter folder is expected). Check the path.",
         folder.string());
  }
  for (const char* name : {config_file, weights_file}) {
    if (!fs::exists(folder / name)) {
      fail(ExitCode::input, "expert {} has no {} (a PEFT adapter has one). Check the path.", folder.string(), name);
    }
  }
  const LoraConfig config = read_config(folder / config_file);
  PeftAdapter adapter(folder, SafetensorsFile(folder / weights_file));
  adapter.base_model_name_ = config.base_model_name;
  for (const auto& [name, entry] : adapter.weights_.entries()) {
    const auto factor = parse_name(name);
    if (!factor) {
      reject(adapter.weights_.path().string(), "the tensor {} is not a LoRA factor of a linear layer (expected {}…)",
             name, prefix);
    }
    LoraLayer& layer = adapter.layers_[factor->module];
    (factor->side == 'A' ? layer.a_name : layer.b_name) = name;
  }
  if (adapter.layers_.empty()) reject(adapter.weights_.path().string(), "it holds no LoRA layer");
  for (auto& [module, layer] : adapter.layers_) complete(layer, module, config, adapter.weights_);
  return adapter;
}

LowRank PeftAdapter::read(const std::string& module) const {
  const LoraLayer& layer = layers_.at(module);
  LowRank pair{weights_.tensor(layer.a_name), weights_.tensor(layer.b_name), layer.scale};
  for (const at::Tensor& factor : {pair.a, pair.b}) {
    if (!at::isfinite(factor).all().item<bool>()) {
      reject(weights_.path().string(), "{} holds NaN or infinite weights. This expert cannot be used", module);
    }
  }
  return pair;
}

std::vector<fs::path> PeftAdapter::files() const { return {folder_ / config_file, weights_.path()}; }

}  // namespace shoal::tensor
