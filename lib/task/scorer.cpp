#include "task/scorer.hpp"

#include "task/command_scorer.hpp"
#include "task/http_scorer.hpp"
#include "task/judge_scorer.hpp"
#include "task/toxicity_scorer.hpp"

namespace shoal::task {

std::shared_ptr<const Scorer> make_scorer(const TaskConfig& config) {
  switch (config.type) {
    case TaskType::judge:
      return std::make_shared<JudgeScorer>(config.service);
    case TaskType::toxicity:
      return std::make_shared<ToxicityScorer>(config.service);
    case TaskType::http:
      return std::make_shared<HttpScorer>(config.name, config.service);
    case TaskType::command:
      return std::make_shared<CommandScorer>(config.name, config.service);
    case TaskType::multiple_choice:
    case TaskType::exact_match:
      break;
  }
  return nullptr;
}

}  // namespace shoal::task
