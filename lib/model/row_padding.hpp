#pragma once

#include <ATen/core/Tensor.h>

namespace shoal::model {

/// Matrix products over very few rows take kernels of their own, which add up in another order. From this many rows on
/// a row's result is the same whatever rows stand beside it (checked for float32 and bfloat16, oneDNN and MKL, by the
/// tests), so fewer rows are filled up with zeros: no score depends on the prompts that share a block.
inline constexpr std::int64_t fewest_rows = 8;

/// x [rows, features] with at least `fewest_rows` rows, zeros behind the given ones.
at::Tensor pad_rows(const at::Tensor& x);

/// The first `rows` rows of a product of padded rows.
inline at::Tensor without_padding(const at::Tensor& y, std::int64_t rows) {
  return y.size(0) == rows ? y : y.narrow(0, 0, rows);
}

}  // namespace shoal::model
