#include "model/kernel/row_padding.hpp"

#include <ATen/ops/empty.h>

#include <algorithm>

namespace shoal::model {

RowBlocks row_blocks() { return __builtin_cpu_supports("avx512bw") != 0 ? RowBlocks::any : RowBlocks::sixes; }

std::int64_t padded_rows(std::int64_t rows, RowBlocks blocks) {
  const std::int64_t least = blocks == RowBlocks::any ? 8 : 12;
  const std::int64_t smallest_step = blocks == RowBlocks::any ? 1 : 6;
  const std::int64_t step = rows <= 4 * least ? smallest_step : rows <= 8 * least ? least : 2 * least;
  return std::max(least, (rows + step - 1) / step * step);
}

at::Tensor pad_rows(const at::Tensor& x) {
  const std::int64_t rows = x.size(0);
  const std::int64_t wanted = padded_rows(rows);
  if (rows == wanted || !x.is_cpu()) return x;
  at::Tensor padded = at::empty({wanted, x.size(1)}, x.options());
  padded.narrow(0, 0, rows).copy_(x);
  padded.narrow(0, rows, wanted - rows).zero_();
  return padded;
}

}  // namespace shoal::model
