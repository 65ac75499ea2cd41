#pragma once

#include <atomic>
#include <functional>
#include <span>
#include <string>

#include "model/decoding/generation.hpp"

namespace shoal::model {

/// Items of a batch to be worked off in parts.
struct PartsPlan {
  std::size_t items = 0;
  /// Tokens that item `index` adds to a part that begins with item `first`; at least what it really adds.
  std::function<std::int64_t(std::size_t first, std::size_t index)> added_tokens;
  /// What a message calls an item: "A prompt of 7 tokens and 3 new ones".
  std::function<std::string(std::size_t index)> describe;
};

/// Calls `work(first, count)` for parts of consecutive items with at most `most_tokens` tokens each (but at least one
/// item). When memory does not suffice for a part, it is halved and tried again, `most_tokens` shrinks so that later
/// parts are smaller from the start, and what is finished stays finished. `most_tokens` may be shared by threads. Which
/// parts there are changes no result where a row's bits do not depend on its neighbours (CPUs; docs/decisions.md).
/// Throws Error{resource} when a single item does not fit.
void work_in_parts(const PartsPlan& plan, std::atomic<std::int64_t>& most_tokens,
                   const std::function<void(std::size_t first, std::size_t count)>& work);

/// Tokens whose keys and values a request adds to a batch behind `previous` (null: the first of a batch): those of its
/// prompt after the common beginning, and its new ones. At least what the batch's prompt tree really adds.
std::int64_t added_tokens(const GenerationRequest* previous, const GenerationRequest& request);

using GenerateTogether = std::function<std::vector<GenerationResult>(std::span<const GenerationGroup>)>;

/// Works the groups' requests off in parts, each by a call of `generate` with the groups (or pieces of them) that it
/// consists of. One result per group. Throws like work_in_parts and `generate`.
std::vector<GenerationResult> generate_in_parts(std::span<const GenerationGroup> groups,
                                                std::atomic<std::int64_t>& most_tokens,
                                                const GenerateTogether& generate);

}  // namespace shoal::model
