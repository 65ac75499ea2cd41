#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "task/answer_parser.hpp"
#include "task/outcome.hpp"
#include "task/task_config.hpp"

namespace shoal::task {

/// The second question of a task of type abstain: the first prompt, "Proposed answer: KEY: text", and what is asked
/// about it (as published unless the configuration says otherwise). It holds the option that was read off the first
/// answer and not the answer itself, which early exit may have cut short.
std::string self_check_prompt(const TaskConfig& config, const std::string& prompt, const Choice& proposed);

/// What a reply to it says: the first of the words true and false, whatever their case; else nothing.
std::optional<bool> verdict_in(std::string_view reply);

/// Whether every continuation of `reply` says the same.
bool verdict_settled(std::string_view reply);

/// The score of an abstainer. An answer called false is withdrawn: 0.5, between right (1) and wrong (0), so that
/// utility = (1 + effective reliability) / 2 with effective reliability = (right - wrong) / n. An answer without a
/// verdict stands, as published, and counts as a parse failure.
Outcome checked(Outcome first, const std::string& reply);

}  // namespace shoal::task
