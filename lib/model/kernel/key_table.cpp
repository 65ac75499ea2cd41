#include "model/kernel/key_table.hpp"

#include <ATen/ops/full.h>

#include <numeric>

#include "base/error.hpp"

namespace shoal::model {

at::Tensor key_table(std::span<const std::vector<KeySpan>> keys, std::int64_t rows, std::int64_t columns,
                     std::int64_t filler) {
  at::Tensor table = at::full({rows, columns}, filler, at::kInt);
  auto* row = table.mutable_data_ptr<std::int32_t>();
  for (const std::vector<KeySpan>& spans : keys) {
    std::int64_t used = 0;
    for (const KeySpan& span : spans) {
      expect(used + span.count <= columns, "a table of keys has room for all of them.");
      std::iota(row + used, row + used + span.count, static_cast<std::int32_t>(span.first));
      used += span.count;
    }
    row += columns;
  }
  return table;
}

}  // namespace shoal::model
