#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "model/decoding/log_probability.hpp"
#include "task/dataset.hpp"
#include "task/outcome.hpp"

namespace shoal::task {

/// What follows a prompt for each option: the option's text or key, behind a space unless the prompt ends with white
/// space or is a message of a chat.
std::vector<std::string> option_continuations(const TaskConfig& config, const Item& item, const std::string& prompt);

/// The option with the highest log-likelihood, the first of equal ones. Normalise::length divides by the characters
/// (code points) of the option's text, without the space before it, as lm-eval's acc_norm does. Score 1 when that is
/// the gold option.
Outcome option_outcome(const TaskConfig& config, const Item& item, std::span<const model::Likelihood> likelihoods);

/// Score exp(mean log-probability of the gold text's tokens): 1 / perplexity, in (0, 1] and higher for better, so that
/// it can be pruned, averaged and combined as any other score.
Outcome perplexity_outcome(const Item& item, const model::Likelihood& likelihood);

/// What follows a prompt where perplexity is measured: the gold text, behind a space as above; none after an empty
/// prompt.
std::string gold_continuation(const TaskConfig& config, const Item& item, const std::string& prompt);

}  // namespace shoal::task
