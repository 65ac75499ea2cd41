#include "task/likelihood_outcome.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "text/text.hpp"

namespace shoal::task {
namespace {

std::string behind_space(const TaskConfig& config, const std::string& prompt, const std::string& text) {
  const bool apart =
      config.chat_template || prompt.empty() || text::strip(prompt).end() != std::string_view(prompt).end();
  return apart ? text : " " + text;
}

const std::string& text_of(const TaskConfig& config, const Choice& choice) {
  return config.continuation == Continuation::key ? choice.key : choice.text;
}

double divisor(const TaskConfig& config, const Choice& choice) {
  if (config.normalise == Normalise::none) return 1.0;
  return static_cast<double>(std::max<std::size_t>(text::length(text_of(config, choice)), 1));
}

}  // namespace

std::vector<std::string> option_continuations(const TaskConfig& config, const Item& item, const std::string& prompt) {
  std::vector<std::string> texts;
  for (const Choice& choice : item.choices) texts.push_back(behind_space(config, prompt, text_of(config, choice)));
  return texts;
}

Outcome option_outcome(const TaskConfig& config, const Item& item, std::span<const model::Likelihood> likelihoods) {
  expect(likelihoods.size() == item.choices.size(), "every option has a likelihood.");
  std::vector<double> values;
  Outcome outcome;
  for (std::size_t i = 0; i < likelihoods.size(); ++i) {
    values.push_back(likelihoods[i].log_probability / divisor(config, item.choices[i]));
    outcome.details.push_back({item.choices[i].key, likelihoods[i].log_probability});
  }
  const auto best = std::ranges::max_element(values) - values.begin();
  outcome.answer = item.choices[static_cast<std::size_t>(best)].key;
  outcome.parsed = true;
  outcome.target = item.answer;
  outcome.score = outcome.answer == outcome.target ? 1.0 : 0.0;
  return outcome;
}

Outcome perplexity_outcome(const Item& item, const model::Likelihood& likelihood) {
  const double score = std::exp(likelihood.mean_log_probability());
  return {score,
          true,
          std::nullopt,
          item.answer,
          {{"log_likelihood", likelihood.log_probability},
           {"tokens", static_cast<double>(likelihood.tokens)},
           {"perplexity", 1.0 / score}}};
}

std::string gold_continuation(const TaskConfig& config, const Item& item, const std::string& prompt) {
  return behind_space(config, prompt, item.answer);
}

}  // namespace shoal::task
