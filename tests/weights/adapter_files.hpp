#pragma once

#include "support/torch_catch.hpp"
//
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "base/file.hpp"
#include "weights/safetensors/safetensors_writer.hpp"

namespace shoal::testing {

using Tensors = std::map<std::string, at::Tensor>;

inline const std::string q_proj = "model.layers.0.self_attn.q_proj";
inline const std::string v_proj = "model.layers.1.self_attn.v_proj";

inline std::string factor_name(const std::string& module, char side) {
  return "base_model.model." + module + ".lora_" + side + ".weight";
}

/// Random numbers that depend on `seed` alone, about 0.1 in size.
inline at::Tensor noise(at::IntArrayRef shape, int seed, at::ScalarType type = at::kFloat) {
  at::Tensor values = at::empty(shape, at::kFloat);
  auto state = static_cast<std::uint32_t>(seed) * 2654435761U + 12345U;
  for (std::int64_t i = 0; i < values.numel(); ++i) {
    state = state * 1664525U + 1013904223U;
    values.view(-1).data_ptr<float>()[i] = static_cast<float>(state >> 8) / 16777216.0F * 0.4F - 0.2F;
  }
  return values.to(type);
}

/// Factors of q_proj (6 -> 4) and v_proj (6 -> 3).
inline Tensors small_factors(std::int64_t rank, int seed, at::ScalarType type = at::kFloat) {
  return {{factor_name(q_proj, 'A'), noise({rank, 6}, seed, type)},
          {factor_name(q_proj, 'B'), noise({4, rank}, seed + 1, type)},
          {factor_name(v_proj, 'A'), noise({rank, 6}, seed + 2, type)},
          {factor_name(v_proj, 'B'), noise({3, rank}, seed + 3, type)}};
}

inline nlohmann::ordered_json plain_config(int rank, double alpha) {
  return {
      {"peft_type", "LORA"}, {"r", rank},           {"lora_alpha", alpha},        {"bias", "none"},
      {"use_dora", false},   {"use_rslora", false}, {"modules_to_save", nullptr}, {"base_model_name_or_path", "tiny"}};
}

inline void write_adapter(const std::filesystem::path& folder, const nlohmann::ordered_json& config,
                          const Tensors& tensors) {
  make_folders(folder);
  write_atomically(folder / "adapter_config.json", config.dump());
  weights::write_safetensors(folder / "adapter_model.safetensors", tensors);
}

/// A base model with the two layers above and a norm.
inline Tensors small_base(int seed = 77) {
  return {{q_proj + ".weight", noise({4, 6}, seed)},
          {v_proj + ".weight", noise({3, 6}, seed + 1)},
          {"model.norm.weight", noise({6}, seed + 2)}};
}

inline void write_model(const std::filesystem::path& folder, const Tensors& tensors) {
  make_folders(folder);
  weights::write_safetensors(folder / "model.safetensors", tensors);
}

}  // namespace shoal::testing
