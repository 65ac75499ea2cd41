#pragma once

#include <map>
#include <span>
#include <string>

#include "task/task_config.hpp"

namespace shoal::task {

/// Numbers by name that a type's users know, made of the scores of a split; none for most types.
/// perplexity: `perplexity`, the geometric mean over examples. abstain: `effective_reliability`, (right - wrong) / n;
/// `answered`, the share of examples that were not abstained from; `right_when_answered`, of those.
using Measures = std::map<std::string, double>;
Measures measures(TaskType type, std::span<const double> scores);

}  // namespace shoal::task
