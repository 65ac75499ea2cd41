#pragma once

#include "model/kernel/attention_head.hpp"

namespace shoal::model {

/// Whether attend_single knows this head size.
bool has_single_query_kernel(std::int64_t head_dim);

/// Attention of one head for one query row (decoding): keys and values are read in place, once for up to three query
/// heads that share them. `rows` are the cache rows of the keys, in order.
void attend_single(const Head<float>& head, const std::vector<std::int64_t>& rows, AttentionScratch& scratch);
void attend_single(const Head<c10::BFloat16>& head, const std::vector<std::int64_t>& rows, AttentionScratch& scratch);

}  // namespace shoal::model
