#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "task/scorer/scorer.hpp"

namespace shoal::task {

/// How answers and scores are exchanged with programs and services of users' own (docs/utilities.md), version 1:
///     {"version": 1, "task": "…", "answers": [{"doc_id": 0, "split": "dev", "prompt": "…", "output": "…", "target":
///     "…"}]}
///     {"version": 1, "scores": [0.5]}
/// A score is a number in [0, 1], or null where none can be given.
std::string to_request(const std::string& task, std::span<const Answer> answers);

/// The scores of a reply. Throws Error{service} naming `source` when it is not such a document, has another number of
/// scores or one outside [0, 1].
std::vector<std::optional<double>> scores_in(const std::string& reply, std::size_t answers, const std::string& source);

}  // namespace shoal::task
