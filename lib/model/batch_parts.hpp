#pragma once

#include <atomic>
#include <functional>
#include <span>

#include "model/generation.hpp"

namespace shoal::model {

/// Tokens whose keys and values a request adds to a batch behind `previous` (null: the first of a batch): those of its
/// prompt after the common beginning, and its new ones. At least what the batch's prompt tree really adds.
std::int64_t added_tokens(const GenerationRequest* previous, const GenerationRequest& request);

using Generate = std::function<GenerationResult(std::span<const GenerationRequest>)>;

/// Works `requests` off in parts of consecutive ones with at most `most_tokens` tokens each (but at least one request),
/// each by a call of `generate`. When memory does not suffice for a part, it is halved and tried again, `most_tokens`
/// shrinks so that later parts are smaller from the start, and what is finished stays finished. `most_tokens` may be
/// shared by threads. Which parts there are changes no answer where a row's bits do not depend on its neighbours (CPUs;
/// docs/decisions.md). Throws Error{resource} when a single request does not fit.
GenerationResult generate_in_parts(std::span<const GenerationRequest> requests, std::atomic<std::int64_t>& most_tokens,
                                   const Generate& generate);

}  // namespace shoal::model
