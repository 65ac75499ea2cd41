#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "task/answer_parser.hpp"
#include "task/dataset.hpp"

namespace shoal::task {

/// What became of one generated answer.
struct Outcome {
  double score = 0.0;                 ///< 0 or 1
  bool parsed = false;                ///< an answer could be read off the output
  std::optional<std::string> answer;  ///< the chosen key, or the text that was compared with the gold string
  std::string target;
};

/// A set of examples with its prompts and its way to score answers. Immutable; safe to use from several threads.
class Task {
 public:
  /// Reads the data. Throws Error{input} (see read_dataset).
  explicit Task(TaskConfig config);

  const std::string& name() const { return config_.name; }
  const TaskConfig& config() const { return config_; }
  const Dataset& dataset() const { return data_; }
  std::size_t size(Split split) const { return data_.items(split).size(); }
  int max_new_tokens() const;

  std::string prompt(Split split, std::size_t example) const;
  Outcome score(Split split, std::size_t example, const std::string& output) const;

  /// Whether the outcome is the same for every continuation of `output`: generation may stop. Exact, but not complete.
  bool settled(Split split, std::size_t example, const std::string& output) const;

 private:
  using Parser = std::variant<ChoiceParser, GoldParser>;
  Parser make_parser(const Item& item) const;
  const Parser& parser(Split split, std::size_t example) const;

  TaskConfig config_;
  Dataset data_;
  std::vector<Parser> dev_parsers_;
  std::vector<Parser> test_parsers_;
};

}  // namespace shoal::task
