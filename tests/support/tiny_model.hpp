#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "weights/safetensors/safetensors_writer.hpp"

namespace shoal::testing {

using TensorMap = std::map<std::string, at::Tensor>;

/// config.json of a Llama with three layers, grouped heads and odd sizes; change what a test is about.
inline nlohmann::json tiny_config() {
  return {{"architectures", {"LlamaForCausalLM"}},
          {"hidden_size", 40},
          {"num_hidden_layers", 3},
          {"num_attention_heads", 4},
          {"num_key_value_heads", 2},
          {"head_dim", 16},
          {"intermediate_size", 56},
          {"vocab_size", 97},
          {"max_position_embeddings", 128},
          {"rms_norm_eps", 1e-5},
          {"rope_parameters", {{"rope_type", "default"}, {"rope_theta", 1000.0}}},
          {"tie_word_embeddings", false},
          {"eos_token_id", 2}};
}

/// Normally distributed numbers that depend on the seed alone.
inline at::Tensor random_tensor(at::IntArrayRef shape, std::uint64_t seed, double deviation = 1.0) {
  auto generator = at::detail::createCPUGenerator(seed);
  return at::randn(shape, generator, at::TensorOptions(at::kFloat)) * deviation;
}

/// Random parameters of a model of this shape, float32, by their Hugging Face names.
inline TensorMap tiny_parameters(const nlohmann::json& config, std::uint64_t seed) {
  const auto size = [&](const char* key) { return config.at(key).get<std::int64_t>(); };
  const auto hidden = size("hidden_size");
  const auto query = size("num_attention_heads") * size("head_dim");
  const auto kv = size("num_key_value_heads") * size("head_dim");
  const auto middle = size("intermediate_size");
  TensorMap tensors;
  const auto add = [&](const std::string& name, at::IntArrayRef shape) {
    const bool norm = name.find("norm") != std::string::npos;
    const at::Tensor values = random_tensor(shape, seed++, norm ? 0.1 : 0.2);
    tensors[name] = norm ? values + 1.0 : values;
  };
  const auto linear = [&](const std::string& module, std::int64_t out, std::int64_t in, const char* bias) {
    add(module + ".weight", {out, in});
    if (config.value(bias, false)) add(module + ".bias", {out});
  };
  add("model.embed_tokens.weight", {size("vocab_size"), hidden});
  add("model.norm.weight", {hidden});
  if (!config.at("tie_word_embeddings").get<bool>()) add("lm_head.weight", {size("vocab_size"), hidden});
  for (std::int64_t layer = 0; layer < size("num_hidden_layers"); ++layer) {
    const std::string prefix = "model.layers." + std::to_string(layer) + ".";
    add(prefix + "input_layernorm.weight", {hidden});
    add(prefix + "post_attention_layernorm.weight", {hidden});
    linear(prefix + "self_attn.q_proj", query, hidden, "attention_bias");
    linear(prefix + "self_attn.k_proj", kv, hidden, "attention_bias");
    linear(prefix + "self_attn.v_proj", kv, hidden, "attention_bias");
    linear(prefix + "self_attn.o_proj", hidden, query, "attention_bias");
    linear(prefix + "mlp.gate_proj", middle, hidden, "mlp_bias");
    linear(prefix + "mlp.up_proj", middle, hidden, "mlp_bias");
    linear(prefix + "mlp.down_proj", hidden, middle, "mlp_bias");
  }
  return tensors;
}

inline void write_text(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

/// A Hugging Face folder.
inline void write_model(const std::filesystem::path& folder, const nlohmann::json& config, const TensorMap& tensors) {
  std::filesystem::create_directories(folder);
  write_text(folder / "config.json", config.dump());
  weights::write_safetensors(folder / "model.safetensors", tensors);
}

}  // namespace shoal::testing
