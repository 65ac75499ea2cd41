#pragma once

#include "model/parameters/language_model.hpp"

namespace shoal::model {

/// Bytes that a token of a batch needs while its prompt is read: keys and values of all layers, and what a layer
/// computes on its way, all rows at once.
std::int64_t bytes_per_token(const ModelConfig& config, Precision precision);

/// Tokens that a generation may hold at once when `sharers` run side by side on the memory of the model's device. On
/// CPUs: half of what is available now. On GPUs: of the card's memory nine tenths, less the base and `pool_bytes`;
/// counted from the whole card and not from what is free, so that equal cards give equal parts. At least 1.
std::int64_t automatic_batch_tokens(const LanguageModel& base, std::int64_t pool_bytes, int sharers);

}  // namespace shoal::model
