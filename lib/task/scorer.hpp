#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "task/task_config.hpp"

namespace shoal::task {

/// A generated answer that somebody outside of this process is to score.
struct Answer {
  std::size_t doc_id;  ///< the item's index in its split
  std::string split;   ///< dev, test
  std::string prompt;
  std::string output;
  std::string target;  ///< empty where the data have none
};

/// Scores answers by asking a program or a service. Safe to use from several threads.
class Scorer {
 public:
  virtual ~Scorer() = default;

  /// One score in [0, 1] per answer, in order; empty where the reply could not be read. `cancelled` is polled while
  /// waiting. Throws ServiceUnavailable (see http_client.hpp), Error{service}.
  virtual std::vector<std::optional<double>> score(std::span<const Answer> answers,
                                                   const std::function<bool()>& cancelled) const = 0;
};

/// The scorer of a task whose answers are not scored here; null for the other types.
/// Throws Error{usage} when an environment variable that it names is not set.
std::shared_ptr<const Scorer> make_scorer(const TaskConfig& config);

}  // namespace shoal::task
