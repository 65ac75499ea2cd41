#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/enum_names.hpp"

namespace shoal::weights {

/// Ways to merge experts that look at no data (docs/merging.md has the formulas).
enum class MergeMethod { uniform_soup, linear, task_arithmetic, slerp, ties, dare_ties, model_stock };

/// In the order of the enumeration.
const EnumNames<MergeMethod>& merge_method_names();

struct MergeOptions {
  MergeMethod method = MergeMethod::uniform_soup;
  std::vector<double> weights = {};  ///< one per expert; empty: 1 each
  double density = 0.5;              ///< share of the numbers that ties and dare_ties keep
  std::uint64_t seed = 42;           ///< of the masks of dare_ties

  double weight(std::size_t expert) const { return weights.empty() ? 1.0 : weights[expert]; }
};

/// Whether each number is treated on its own (trimmed, dropped, elected). The others sum whole tensors, so that sums of
/// products B A stay sums of products.
bool is_elementwise(MergeMethod method);

/// Weights that do not pair up with the experts, that uniform_soup and model_stock do not have, whose sum is not above
/// 0 where they are shares; a density outside (0, 1]. Throws Error{usage}.
void check(const MergeOptions& options, std::size_t experts);

}  // namespace shoal::weights
