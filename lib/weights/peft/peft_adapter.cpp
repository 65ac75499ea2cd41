#include "weights/peft/peft_adapter.hpp"

#include <optional>
#include <string_view>

#include "base/error.hpp"
#include "base/json_document.hpp"
#include "weights/finite.hpp"
#include "weights/peft/lora_config.hpp"

namespace shoal::weights {
namespace {

namespace fs = std::filesystem;

constexpr const char* config_file = "adapter_config.json";
constexpr const char* weights_file = "adapter_model.safetensors";
constexpr const char* prefix = "base_model.model.";

template <typename... Args>
[[noreturn]] void reject(const std::string& source, fmt::format_string<Args...> format, Args&&... args) {
  fail(ExitCode::input, "{}: {}.", source, fmt::format(format, std::forward<Args>(args)...));
}

struct Factor {
  std::string module;
  char side;  // 'A' or 'B'
};

/// "base_model.model.<module>.lora_A.weight"; no regular expression: a hostile name may be megabytes long.
std::optional<Factor> parse_name(std::string_view name) {
  constexpr std::size_t longest_name = 512;
  if (name.size() > longest_name || !name.starts_with(prefix)) return std::nullopt;
  const std::string_view path = name.substr(std::string_view(prefix).size());
  for (const char side : {'A', 'B'}) {
    for (const char* adapter : {"", ".default"}) {  // some savers keep the adapter's name
      const std::string suffix = fmt::format(".lora_{}{}.weight", side, adapter);
      if (path.size() > suffix.size() && path.ends_with(suffix)) {
        return Factor{std::string(path.substr(0, path.size() - suffix.size())), side};
      }
    }
  }
  return std::nullopt;
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
  layer.rank = config.rank(module);
  layer.in_features = a.shape[1];
  layer.out_features = b.shape[0];
  if (a.shape[0] != layer.rank || b.shape[1] != layer.rank) {
    reject(source, "{} has factors of rank {} where adapter_config.json says {}. The two files do not belong together",
           module, a.shape[0], layer.rank);
  }
  layer.scale = config.scale(module);
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
  const LoraConfig config = LoraConfig::read(folder / config_file);
  PeftAdapter adapter(folder, SafetensorsFile(folder / weights_file));
  adapter.base_model_name_ = config.base_model_name();
  adapter.pair_factors();
  for (auto& [module, layer] : adapter.layers_) complete(layer, module, config, adapter.weights_);
  return adapter;
}

void PeftAdapter::pair_factors() {
  const std::string source = weights_.path().string();
  for (const auto& [name, entry] : weights_.entries()) {
    const auto factor = parse_name(name);
    if (!factor) {
      reject(source, "the tensor {} is not a LoRA factor of a linear layer (expected {}<module>.lora_A.weight)",
             shown(name), prefix);
    }
    LoraLayer& layer = layers_[factor->module];
    std::string& side = factor->side == 'A' ? layer.a_name : layer.b_name;
    if (!side.empty()) reject(source, "{} and {} are the same factor twice", shown(side), shown(name));
    side = name;
  }
  if (layers_.empty()) reject(source, "it holds no LoRA layer");
}

at::ScalarType PeftAdapter::type() const {
  at::ScalarType widest = weights_.entries().begin()->second.type;
  for (const auto& [name, entry] : weights_.entries()) widest = at::promote_types(widest, entry.type);
  return widest;
}

LowRank PeftAdapter::read(const std::string& module) const {
  const LoraLayer& layer = layers_.at(module);
  LowRank pair{weights_.tensor(layer.a_name), weights_.tensor(layer.b_name), layer.scale};
  if (!all_finite(pair.a) || !all_finite(pair.b)) {
    reject(weights_.path().string(), "{} holds NaN or infinite weights. This expert cannot be used", module);
  }
  return pair;
}

std::vector<fs::path> PeftAdapter::files() const { return {folder_ / config_file, weights_.path()}; }

}  // namespace shoal::weights
