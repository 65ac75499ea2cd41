#include "model/row_padding.hpp"

#include <ATen/ops/empty.h>

#include <algorithm>

namespace shoal::model {

std::int64_t padded_rows(std::int64_t rows) {
  if (rows <= 32) return std::max<std::int64_t>(rows, 8);
  const std::int64_t step = rows <= 64 ? 8 : 16;
  return (rows + step - 1) / step * step;
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
