#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace shoal::weights {

/// Coefficients over the experts: n for the whole model, or n for each of B blocks of consecutive layers, one block
/// after the other. Layer l of L belongs to block floor(l B / L); what comes before the layers (the embedding) to the
/// first block, and what comes after (the last norm, the head) to the last. Refers to the numbers, which must outlive
/// it.
class LayerMix {
 public:
  /// `coefficients` has experts · B entries with B from 1 to `layers`.
  LayerMix(std::span<const double> coefficients, std::size_t experts, std::size_t layers);

  std::size_t blocks() const { return coefficients_.size() / experts_; }

  /// The n coefficients that a parameter or a module is summed with, by its name in the model.
  std::span<const double> of(std::string_view name) const;

 private:
  std::span<const double> coefficients_;
  std::size_t experts_;
  std::size_t layers_;
};

/// Number of a model's layers, by the names of its parameters ("model.layers.29.mlp.up_proj.weight": 30); at least 1.
std::size_t count_layers(std::span<const std::string> names);

}  // namespace shoal::weights
