#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "task/answer_parser.hpp"
#include "task/dataset.hpp"
#include "task/number_parser.hpp"
#include "task/scorer.hpp"

namespace shoal::task {

/// What became of one generated answer.
struct Outcome {
  double score = 0.0;                 ///< in [0, 1]
  bool parsed = false;                ///< an answer could be read off the output
  std::optional<std::string> answer;  ///< the chosen key, or the text that was compared with the gold string
  std::string target;
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
  int max_new_tokens() const;

  std::string prompt(Split split, std::size_t example) const;

  /// What becomes of an answer that is scored here, not by a program or a service.
  Outcome score(Split split, std::size_t example, const std::string& output) const;

  /// The outcomes of several answers; those that are scored elsewhere are sent there together. `cancelled` is polled
  /// while waiting. Throws ServiceUnavailable, Error{service}.
  std::vector<Outcome> score_all(Split split, std::span<const std::size_t> examples,
                                 std::span<const std::string> outputs, const std::function<bool()>& cancelled) const;

  /// Whether the outcome is the same for every continuation of `output`: generation may stop. Exact, but not complete.
  bool settled(Split split, std::size_t example, const std::string& output) const;

 private:
  /// Answers that are scored elsewhere are not read here.
  struct NoParser {
    bool settled(std::string_view) const { return false; }
  };
  using Parser = std::variant<ChoiceParser, GoldParser, NumberParser, NoParser>;
  Parser make_parser(const Item& item) const;
  std::vector<Outcome> ask_scorer(Split split, std::span<const std::size_t> examples,
                                  std::span<const std::string> outputs, const std::function<bool()>& cancelled) const;
  const Parser& parser(Split split, std::size_t example) const;

  TaskConfig config_;
  Dataset data_;
  std::vector<Parser> dev_parsers_;
  std::vector<Parser> test_parsers_;
  std::shared_ptr<const Scorer> scorer_;
};

}  // namespace shoal::task
