#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "tensor/model_delta.hpp"

namespace shoal::tensor {

/// What a sum of LoRA experts means (docs/algorithm.md, "Affine coordinates").
enum class MergeSpace {
  factors,  ///< A = sum a_k A_k and B = sum a_k B_k separately; rank r; equal rank, alpha and targets required
  delta,    ///< dW = sum a_k s_k B_k A_k, exactly; rank up to the sum of ranks
};

enum class ExpertKind { lora, full_model };

/// The initial experts of a swarm, in memory once per process, with checked layouts.
class ExpertPool {
 public:
  /// Reads the headers and weights of PEFT adapters, or of full fine-tunes of the base model (folders with config.json and
  /// *.safetensors), in the order given. Throws Error{input} naming the folder and the first thing that does not fit:
  /// mixed kinds, unequal rank/alpha/targets under `factors`, shapes, non-finite weights, damaged files.
  static ExpertPool load(std::span<const std::filesystem::path> folders, MergeSpace space);

  /// The checks of `load` that need headers only (no weights are read): fast enough for a login node.
  static void check(std::span<const std::filesystem::path> folders, MergeSpace space);

  std::size_t size() const;
  ExpertKind kind() const;
  MergeSpace merge_space() const;
  const std::vector<std::string>& names() const;  ///< folder names, one per expert
  std::size_t bytes() const;                      ///< memory held by the pool

  /// The model at position sum_k coefficients[k] E_k, float32 accumulation of the stored tensors in order k = 0, 1, …
  /// `coefficients` has size() entries. Full models: W = sum a_k W_k.
  ModelDelta materialise(std::span<const double> coefficients) const;

 private:
  // the tensor module's business
};

}  // namespace shoal::tensor
