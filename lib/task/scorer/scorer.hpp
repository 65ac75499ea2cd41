#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "task/outcome.hpp"
#include "task/task_config.hpp"

namespace shoal::task {

class RewardModels;

/// A generated answer that a scorer is to score.
struct Answer {
  std::size_t doc_id;  ///< the item's index in its split
  std::string split;   ///< dev, test
  std::string prompt;
  std::string output;
  std::string target;      ///< empty where the data have none
  std::size_t tokens = 0;  ///< generated
};

/// A score, empty where the reply could not be read, and what it was made of.
struct Scored {
  std::optional<double> score;
  std::vector<Detail> details = {};
};

/// Scores answers by asking a program, a service or another model. Safe to use from several threads.
class Scorer {
 public:
  virtual ~Scorer() = default;

  /// Loads what it scores with; once, before the first `score`. Nothing for programs and services.
  /// Throws Error{input}, Error{resource}.
  virtual void prepare(RewardModels&) {}

  /// One score in [0, 1] per answer, in order; empty where the reply could not be read. `cancelled` is polled while
  /// waiting. Throws ServiceUnavailable (see http_client.hpp), Error{service}.
  virtual std::vector<std::optional<double>> score(std::span<const Answer> answers,
                                                   const std::function<bool()>& cancelled) const = 0;

  /// The same with details, where a scorer has any.
  virtual std::vector<Scored> score_in_detail(std::span<const Answer> answers,
                                              const std::function<bool()>& cancelled) const;
};

/// The scorer of a task that has one; null for the other types. Throws Error{usage} when an environment variable that
/// it names is not set, Error{input} when a reward model's folder is none.
std::shared_ptr<Scorer> make_scorer(const TaskConfig& config);

}  // namespace shoal::task
