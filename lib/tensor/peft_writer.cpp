#include "tensor/peft_writer.hpp"

#include <ATen/ATen.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.hpp"
#include "base/file.hpp"
#include "tensor/safetensors_writer.hpp"

namespace shoal::tensor {
namespace {

using Json = nlohmann::ordered_json;

/// A whole number stays one in JSON: PEFT accepts both, people read the first.
Json number(double value) { return value == std::floor(value) ? Json(static_cast<std::int64_t>(value)) : Json(value); }

std::int64_t rank_of(const LowRank& pair) { return pair.a.size(0); }

double alpha_of(const LowRank& pair) { return pair.scale * static_cast<double>(rank_of(pair)); }

std::string last_part(const std::string& module) { return module.substr(module.rfind('.') + 1); }

Json config_of(const ModelDelta& delta, const PeftWriterOptions& options) {
  const LowRank& first = delta.low_rank.begin()->second;
  std::set<std::string> targets;
  Json ranks = Json::object();
  Json alphas = Json::object();
  for (const auto& [module, pair] : delta.low_rank) {
    targets.insert(last_part(module));
    if (rank_of(pair) != rank_of(first)) ranks[module] = rank_of(pair);
    if (alpha_of(pair) != alpha_of(first)) alphas[module] = number(alpha_of(pair));
  }
  return {{"peft_type", "LORA"},
          {"task_type", "CAUSAL_LM"},
          {"base_model_name_or_path", options.base_model_name},
          {"r", rank_of(first)},
          {"lora_alpha", number(alpha_of(first))},
          {"rank_pattern", ranks},
          {"alpha_pattern", alphas},
          {"target_modules", targets},
          {"lora_dropout", 0.0},
          {"bias", "none"},
          {"fan_in_fan_out", false},
          {"use_rslora", false},
          {"use_dora", false},
          {"modules_to_save", nullptr},
          {"init_lora_weights", true},
          {"inference_mode", true}};
}

}  // namespace

void write_peft_adapter(const std::filesystem::path& folder, const ModelDelta& delta,
                        const PeftWriterOptions& options) {
  expect(!delta.low_rank.empty() && delta.full.empty(), "a PEFT adapter consists of low-rank layers only.");
  std::map<std::string, at::Tensor> tensors;
  for (const auto& [module, pair] : delta.low_rank) {
    tensors["base_model.model." + module + ".lora_A.weight"] = pair.a.to(options.type);
    tensors["base_model.model." + module + ".lora_B.weight"] = pair.b.to(options.type);
  }
  make_folders(folder);
  write_safetensors(folder / "adapter_model.safetensors", tensors);
  write_atomically(folder / "adapter_config.json", config_of(delta, options).dump(2) + "\n");
}

}  // namespace shoal::tensor
