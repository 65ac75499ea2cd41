#pragma once

#include <ATen/core/Tensor.h>

namespace shoal::model {

/// How the kernels of a CPU's matrix products take rows, as far as a row's bits depend on it.
enum class RowBlocks {
  any,    ///< AVX512: any number of rows, from 8 on
  sixes,  ///< AVX2: oneDNN adds up one to three rows that six do not divide in another order than six
};

/// That of this processor.
RowBlocks row_blocks();

/// The number of rows that a matrix product of `rows` rows is computed with on a CPU. Two reasons to fill rows up:
/// - Products of fewer than 8 rows take kernels of their own, which add up in another order. From 8 rows on, or from 12
///   on in steps of 6, a row's result is the same whatever rows stand beside it (checked for float32 and bfloat16,
///   oneDNN and MKL, by the tests), so no score depends on the prompts that share a block.
/// - oneDNN makes and keeps a kernel for every number of rows that it meets (100 MB per iteration of the quickstart).
///   So prompts, whose rows can be any number, come in multiples of 16, or of 8 up to 64 (24, and 12 up to 96). Up to
///   32 (48) rows, as steps of decoding have them, there are as many kernels as numbers: zeros would cost more.
std::int64_t padded_rows(std::int64_t rows, RowBlocks blocks = row_blocks());

/// x [rows, features] with `padded_rows(rows)` rows, zeros behind the given ones. On GPUs x itself.
at::Tensor pad_rows(const at::Tensor& x);

/// The first `rows` rows of a product of padded rows.
inline at::Tensor without_padding(const at::Tensor& y, std::int64_t rows) {
  return y.size(0) == rows ? y : y.narrow(0, 0, rows);
}

}  // namespace shoal::model
