#include "model/decoding/batch_limit.hpp"

#include <algorithm>

#include "base/available_memory.hpp"
#include "model/device.hpp"

namespace shoal::model {

namespace {

std::int64_t usable_bytes(const LanguageModel& base, std::int64_t pool_bytes) {
  if (base.device().is_cpu()) return available_memory() / 2;
  return device_memory(base.device()) / 10 * 9 - static_cast<std::int64_t>(base.bytes()) - pool_bytes;
}

}  // namespace

// Residual, normed and updated rows; queries before and after attention; the query-key-value product and, for flash
// attention, gathered keys and values; gate and up, and their product.
std::int64_t bytes_per_token(const ModelConfig& config, Precision precision) {
  const std::int64_t cached = 2 * config.layers * config.kv_size();
  const std::int64_t working =
      4 * config.hidden_size + 3 * config.query_size() + 4 * config.kv_size() + 3 * config.intermediate_size;
  return (cached + working) * (precision == Precision::float32 ? 4 : 2);
}

std::int64_t automatic_batch_tokens(const LanguageModel& base, std::int64_t pool_bytes, int sharers) {
  const std::int64_t share = usable_bytes(base, pool_bytes) / std::max(sharers, 1);
  return std::max<std::int64_t>(share / bytes_per_token(base.config(), base.precision()), 1);
}

}  // namespace shoal::model
