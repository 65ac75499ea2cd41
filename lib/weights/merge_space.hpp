#pragma once

#include "base/enum_names.hpp"

namespace shoal::weights {

/// What a sum of LoRA experts means (docs/algorithm.md, "Affine coordinates").
enum class MergeSpace {
  factors,  ///< A = sum a_k A_k and B = sum a_k B_k separately; rank r; equal rank, alpha and targets required
  delta,    ///< dW = sum a_k s_k B_k A_k, exactly; rank up to the sum of ranks
};

/// "factors", "delta".
const EnumNames<MergeSpace>& merge_space_names();

}  // namespace shoal::weights
