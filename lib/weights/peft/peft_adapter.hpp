#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "weights/model_delta.hpp"
#include "weights/safetensors/safetensors.hpp"

namespace shoal::weights {

/// One LoRA layer of an adapter as its files describe it.
struct LoraLayer {
  std::string a_name;  ///< tensor names in the file
  std::string b_name;
  std::int64_t rank = 0;
  std::int64_t in_features = 0;
  std::int64_t out_features = 0;
  double scale = 1.0;  ///< alpha / rank, or alpha / sqrt(rank) with rsLoRA
};

/// A PEFT LoRA adapter (adapter_config.json and adapter_model.safetensors): headers checked, weights mapped but not
/// read.
class PeftAdapter {
 public:
  /// Throws Error{input}: files missing or damaged, or something that plain LoRA arithmetic would get silently wrong
  /// (DoRA, trained biases, modules_to_save, embeddings, another PEFT method), or shapes that contradict the configured
  /// rank.
  static PeftAdapter open(const std::filesystem::path& folder);

  const std::filesystem::path& folder() const { return folder_; }
  const std::string& base_model_name() const { return base_model_name_; }

  /// Keyed by module path, e.g. "model.layers.0.self_attn.q_proj".
  const std::map<std::string, LoraLayer>& layers() const { return layers_; }

  /// The element type that holds all factors exactly: the widest in the file.
  at::ScalarType type() const;

  /// The stored factors, in the file's element type. Throws Error{input} when they hold NaN or infinities.
  LowRank read(const std::string& module) const;

  std::vector<std::filesystem::path> files() const;

 private:
  void pair_factors();

  PeftAdapter(const std::filesystem::path& folder, SafetensorsFile weights)
      : folder_(folder), weights_(std::move(weights)) {}

  std::filesystem::path folder_;
  std::string base_model_name_;
  SafetensorsFile weights_;
  std::map<std::string, LoraLayer> layers_;
};

/// Whether a folder holds a PEFT adapter rather than a full model.
bool is_peft_adapter(const std::filesystem::path& folder);

}  // namespace shoal::weights
