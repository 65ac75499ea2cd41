#include "task/scorer/scorer.hpp"

#include "task/scorer/command_scorer.hpp"
#include "task/scorer/http_scorer.hpp"
#include "task/scorer/judge_scorer.hpp"
#include "task/scorer/reward_scorer.hpp"
#include "task/scorer/toxicity_scorer.hpp"

namespace shoal::task {

std::vector<Scored> Scorer::score_in_detail(std::span<const Answer> answers,
                                            const std::function<bool()>& cancelled) const {
  std::vector<Scored> scored;
  for (const auto& score : this->score(answers, cancelled)) scored.push_back({score});
  return scored;
}

std::shared_ptr<Scorer> make_scorer(const TaskConfig& config) {
  switch (config.type) {
    case TaskType::judge:
      return std::make_shared<JudgeScorer>(config.service);
    case TaskType::toxicity:
      return std::make_shared<ToxicityScorer>(config.service);
    case TaskType::http:
      return std::make_shared<HttpScorer>(config.name, config.service);
    case TaskType::command:
      return std::make_shared<CommandScorer>(config.name, config.service);
    case TaskType::reward:
      return std::make_shared<RewardScorer>(config.reward);
    case TaskType::multiple_choice:
    case TaskType::exact_match:
    case TaskType::option_likelihood:
    case TaskType::perplexity:
    case TaskType::abstain:
      break;
  }
  return nullptr;
}

}  // namespace shoal::task
