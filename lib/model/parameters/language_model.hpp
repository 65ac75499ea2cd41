#pragma once

#include <c10/core/Device.h>

#include <cstddef>
#include <filesystem>
#include <memory>

#include "model/model_config.hpp"
#include "weights/safetensors/weight_source.hpp"

namespace shoal::model {

enum class Precision { float32, bfloat16 };

/// The base model: weights in memory once per process, shared read-only by all threads. Cheap to copy (shared state).
class LanguageModel {
 public:
  /// Reads config.json, generation_config.json and *.safetensors of a Hugging Face folder.
  /// Weights come from `source`; every process needs the folder all the same, for its headers and for what adapters
  /// are folded into. Throws Error{input} (unknown architecture, missing or misshaped tensors, damaged files).
  static LanguageModel load(const std::filesystem::path& folder, Precision precision,
                            at::Device device = at::Device(at::kCPU), const weights::WeightSource& source = {},
                            Head head = Head::next_token);

  const ModelConfig& config() const;
  Precision precision() const;
  at::Device device() const;
  std::size_t bytes() const;  ///< memory held for the weights, the mapped file not counted twice

  struct Weights;  // private to the model module
  const Weights& weights() const;

 private:
  std::shared_ptr<const Weights> weights_;
};

/// `auto`: bfloat16 where the processor multiplies it natively (AVX512-BF16, AMX, CUDA), else float32.
Precision automatic_precision();
Precision automatic_precision(at::Device device);

}  // namespace shoal::model
