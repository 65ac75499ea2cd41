#pragma once

#include <filesystem>
#include <memory>

#include "model/model_config.hpp"
#include "tensor/model_delta.hpp"

namespace shoal::model {

enum class Precision { float32, bfloat16 };

/// The base model: weights in memory once per process, shared read-only by all threads. Cheap to copy (shared state).
class LanguageModel {
 public:
  /// Reads config.json, generation_config.json and *.safetensors of a Hugging Face folder.
  /// Throws Error{input} (unknown architecture, missing or misshaped tensors, damaged files).
  static LanguageModel load(const std::filesystem::path& folder, Precision precision);

  const ModelConfig& config() const;
  Precision precision() const;
  std::size_t bytes() const;

  struct Weights;  // private to the model module
  const Weights& weights() const;

 private:
  std::shared_ptr<const Weights> weights_;
};

/// `auto`: bfloat16 where the processor multiplies it natively (AVX512-BF16, AMX, CUDA), else float32.
Precision automatic_precision();

/// The base plus one delta, ready for forward passes: factors cast, stacked and checked against the layers they adapt.
class ModelVariant {
 public:
  /// Throws Error{input} when the delta names a layer that the model lacks or has another shape.
  ModelVariant(LanguageModel base, const tensor::ModelDelta& delta);
  const LanguageModel& base() const;

 private:
  // the model module's business
};

}  // namespace shoal::model
