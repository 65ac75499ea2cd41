#pragma once

#include "model/kernel/attention_head.hpp"

namespace shoal::model {

/// Attention of one head for many query rows (prompts): keys are transposed once, then six query rows meet 32 keys at a
/// time, up to the last key that one of the six sees.
void attend_tiled(const Head<float>& head, AttentionScratch& scratch);
void attend_tiled(const Head<c10::BFloat16>& head, AttentionScratch& scratch);

}  // namespace shoal::model
