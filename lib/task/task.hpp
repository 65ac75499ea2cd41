#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "model/decoding/log_probability.hpp"
#include "task/answer_parser.hpp"
#include "task/dataset.hpp"
#include "task/number_parser.hpp"
#include "task/outcome.hpp"
#include "task/scorer/scorer.hpp"

namespace shoal::task {

/// What a model has written.
struct Output {
  std::string text;
  std::size_t tokens = 0;
};

/// A set of examples with its prompts and its way to score answers. Immutable; safe to use from several threads.
class Task {
 public:
  /// Reads the data. Throws Error{input} (see read_dataset), Error{usage} (see make_scorer).
  explicit Task(TaskConfig config);

  const std::string& name() const { return config_.name; }
  const TaskConfig& config() const { return config_; }
  const Dataset& dataset() const { return data_; }
  std::size_t size(Split split) const { return data_.items(split).size(); }
  int max_new_tokens() const;  ///< 0 where likelihood is measured

  /// Loads what the task's answers are scored with, if that is a model. Throws Error{input}, Error{resource}.
  void prepare(RewardModels& models);

  std::string prompt(Split split, std::size_t example) const;

  /// Types that measure likelihood: the texts that follow the prompt, and what becomes of their likelihoods.
  std::vector<std::string> continuations(Split split, std::size_t example) const;
  Outcome outcome(Split split, std::size_t example, std::span<const model::Likelihood> likelihoods) const;

  /// Type abstain: the second question for each option that may have been chosen (empty for other types), and which one
  /// an answer did choose.
  std::vector<std::string> checks(Split split, std::size_t example) const;
  std::optional<std::size_t> chosen(Split split, std::size_t example, const std::string& output) const;

  /// What becomes of an answer that is scored here, not by a scorer.
  Outcome score(Split split, std::size_t example, const std::string& output) const;

  /// The outcomes of several answers; those that a scorer scores are handed to it together. `cancelled` is polled
  /// while waiting. Throws ServiceUnavailable, Error{service}.
  std::vector<Outcome> score_all(Split split, std::span<const std::size_t> examples, std::span<const Output> outputs,
                                 const std::function<bool()>& cancelled) const;

  /// What equal answers are known by when several models vote: the parsed answer; for exact match, where looking for
  /// the gold string would give it away, the first line of the output (gsm8k: its last word). Empty: no answer.
  std::optional<std::string> ballot(const std::string& output, const Outcome& outcome) const;
  /// Whether a ballot needs more of an output than its score does: then generation must not stop early.
  bool votes_on_text() const;

  /// Whether the outcome is the same for every continuation of `output`: generation may stop. Exact, but not complete.
  bool settled(Split split, std::size_t example, const std::string& output) const;

 private:
  /// Answers that a scorer scores are not read here.
  struct NoParser {
    bool settled(std::string_view) const { return false; }
  };
  using Parser = std::variant<ChoiceParser, GoldParser, NumberParser, NoParser>;
  Parser make_parser(const Item& item) const;
  std::vector<Outcome> ask_scorer(Split split, std::span<const std::size_t> examples, std::span<const Output> outputs,
                                  const std::function<bool()>& cancelled) const;
  const Parser& parser(Split split, std::size_t example) const;
  Scope scope() const;
  std::string_view vote_text(std::string_view output) const;

  TaskConfig config_;
  Dataset data_;
  std::vector<Parser> dev_parsers_;
  std::vector<Parser> test_parsers_;
  std::shared_ptr<Scorer> scorer_;
};

}  // namespace shoal::task
