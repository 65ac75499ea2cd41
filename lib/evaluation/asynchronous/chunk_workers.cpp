#include "evaluation/asynchronous/chunk_workers.hpp"

#include <algorithm>
#include <utility>

#include "evaluation/chunk/chunk_scorer.hpp"

namespace shoal::evaluation {
namespace {

const ItemCallback nothing_kept;

}  // namespace

class ChunkWorkers::Examination {
 public:
  Examination(const Evaluator& evaluator, const Workload& workload, const ChunkTask& task)
      : particle_(task.name.particle),
        iteration_(task.name.iteration),
        assignments_{complete_assignment(task.position, workload)},
        scorer_(evaluator, assignments_, workload, evaluator.materialise, nothing_kept) {}

  bool is_of(const ChunkName& name) const { return name.particle == particle_ && name.iteration == iteration_; }

  std::vector<double> score(std::size_t block) {
    scorer_.score({{0, block}});
    std::vector<double> scores;
    for (const std::size_t item : assignments_.front().blocks[block]) scores.push_back(scorer_.table().score(0, item));
    return scores;
  }

  void cancel() { scorer_.cancel(); }

 private:
  int particle_;
  int iteration_;
  std::vector<Assignment> assignments_;  // one
  ChunkScorer scorer_;
};

ChunkWorkers::ChunkWorkers(const Evaluator& evaluator, const Workload& workload)
    : evaluator_(evaluator),
      workload_(workload),
      workers_(evaluator.options.threads, [this](std::int64_t n) { work(n); }) {}

ChunkWorkers::~ChunkWorkers() { cancel(); }

void ChunkWorkers::submit(const ChunkTask& task) {
  auto examination = examination_of(task);
  const std::int64_t number = given_++;
  {
    const std::lock_guard lock(mutex_);
    jobs_[number] = {task.name, std::move(examination)};
  }
  workers_.submit(number);
}

std::shared_ptr<ChunkWorkers::Examination> ChunkWorkers::examination_of(const ChunkTask& task) {
  const auto found = std::ranges::find_if(recent_, [&](const auto& held) { return held->is_of(task.name); });
  if (found != recent_.end()) {
    std::rotate(found, found + 1, recent_.end());
    return recent_.back();
  }
  const std::size_t kept = std::max<std::size_t>(evaluator_.options.variants_kept, 1);
  if (recent_.size() >= kept) recent_.erase(recent_.begin());  // lives on while a thread works with it
  return recent_.emplace_back(std::make_shared<Examination>(evaluator_, workload_, task));
}

void ChunkWorkers::work(std::int64_t number) {
  Job job;
  {
    const std::lock_guard lock(mutex_);
    job = jobs_.at(number);
  }
  std::vector<double> scores = job.examination->score(job.name.block);
  const std::lock_guard lock(mutex_);
  jobs_.erase(number);
  finished_.push_back({job.name, std::move(scores)});
}

std::vector<ChunkScores> ChunkWorkers::take_finished() {
  const std::lock_guard lock(mutex_);
  return std::exchange(finished_, {});
}

void ChunkWorkers::cancel() {
  const std::lock_guard lock(mutex_);
  for (const auto& [number, job] : jobs_) job.examination->cancel();
}

}  // namespace shoal::evaluation
