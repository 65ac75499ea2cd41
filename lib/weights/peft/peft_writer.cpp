#include "weights/peft/peft_writer.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/json_text.hpp"
#include "weights/safetensors/safetensors_writer.hpp"

namespace shoal::weights {
namespace {

using Json = nlohmann::ordered_json;

std::int64_t rank_of(const LowRank& pair) { return pair.a.size(0); }

/// Whether a whole lora_alpha says the scale of every layer exactly, and the scale is one for all: vLLM knows a single
/// lora_alpha / r and no alpha_pattern.
bool scale_fits_config(const ModelDelta& delta) {
  const double scale = delta.low_rank.begin()->second.scale;
  return std::ranges::all_of(delta.low_rank, [&](const auto& named) {
    const auto rank = static_cast<double>(rank_of(named.second));
    const double alpha = scale * rank;
    return named.second.scale == scale && alpha > 0.0 && alpha == std::floor(alpha) && alpha / rank == scale;
  });
}

/// The same layers with B <- scale * B and scale 1.
ModelDelta with_unit_scale(const ModelDelta& delta) {
  ModelDelta unit;
  for (const auto& [module, pair] : delta.low_rank) {
    unit.low_rank[module] = {pair.a, pair.b.to(at::kFloat).mul(pair.scale), 1.0};
  }
  return unit;
}

std::string last_part(const std::string& module) { return module.substr(module.rfind('.') + 1); }

/// Layers of rank r stand in the main keys, the others in the patterns.
Json config_of(const ModelDelta& delta, const PeftWriterOptions& options) {
  const double scale = delta.low_rank.begin()->second.scale;
  const auto alpha = [&](std::int64_t rank) { return static_cast<std::int64_t>(scale * static_cast<double>(rank)); };
  std::int64_t highest = 0;
  for (const auto& [module, pair] : delta.low_rank) highest = std::max(highest, rank_of(pair));
  std::set<std::string> targets;
  Json ranks = Json::object();
  Json alphas = Json::object();
  for (const auto& [module, pair] : delta.low_rank) {
    targets.insert(last_part(module));
    if (rank_of(pair) == highest) continue;
    ranks[module] = rank_of(pair);
    alphas[module] = alpha(rank_of(pair));
  }
  return {{"peft_type", "LORA"},
          {"task_type", "CAUSAL_LM"},
          {"base_model_name_or_path", options.base_model_name},
          {"r", highest},
          {"lora_alpha", alpha(highest)},
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
  const ModelDelta written = scale_fits_config(delta) ? delta : with_unit_scale(delta);
  std::map<std::string, at::Tensor> tensors;
  for (const auto& [module, pair] : written.low_rank) {
    tensors["base_model.model." + module + ".lora_A.weight"] = pair.a.to(options.type);
    tensors["base_model.model." + module + ".lora_B.weight"] = pair.b.to(options.type);
  }
  make_folders(folder);
  write_safetensors(folder / "adapter_model.safetensors", tensors);
  write_atomically(folder / "adapter_config.json", json_text(config_of(written, options), 2) + "\n");
}

}  // namespace shoal::weights
