#pragma once

#include <ATen/core/Tensor.h>

#include <span>
#include <vector>

#include "model/kernel/attention_segment.hpp"

namespace shoal::model {

/// The cache rows of the keys of each row, one after the other: int32 [rows, columns] on the CPU. Row r lists
/// `keys[r]`; what is left over, also rows beyond keys.size(), holds `filler`.
at::Tensor key_table(std::span<const std::vector<KeySpan>> keys, std::int64_t rows, std::int64_t columns,
                     std::int64_t filler);

}  // namespace shoal::model
