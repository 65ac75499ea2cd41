#include "plan/estimate.hpp"

#include <algorithm>

#include "base/clock.hpp"
#include "baselines/baselines.hpp"
#include "comm/serial_communicator.hpp"
#include "evaluation/schedule/wave_plan.hpp"
#include "evaluation/score_table.hpp"
#include "inputs/inputs.hpp"
#include "inputs/resolve.hpp"
#include "inputs/workloads.hpp"
#include "plan/asynchronous_simulation.hpp"
#include "plan/disk_need.hpp"
#include "plan/memory_need.hpp"
#include "plan/schedule.hpp"

namespace shoal::plan {
namespace {

/// Models that read every prompt: in a token swarm as many as there are experts, at most.
std::int64_t models_per_answer(const config::RunConfig& config) {
  return inputs::is_token_swarm(config) ? std::ssize(config.experts) : 1;
}

EvaluationCount count(const std::string& purpose, std::size_t evaluations, const evaluation::Workload& workload,
                      const std::vector<task::Task>& tasks, std::int64_t models) {
  EvaluationCount result;
  result.purpose = purpose;
  result.evaluations = static_cast<std::int64_t>(evaluations);
  result.examples = static_cast<std::int64_t>(workload.items.size());
  for (const evaluation::WorkItem& item : workload.items) {
    result.prompt_tokens += evaluation::tokens_of(item);
    result.output_tokens += output_tokens(item, tasks);
  }
  for (const evaluation::ItemList& block : workload.blocks)
    result.prompt_tokens_computed += computed_tokens(block, workload);
  result.prompt_tokens *= models;
  result.prompt_tokens_computed *= models;
  return result;
}

/// Seconds per prompt token of each task that a model reads, answers included, with all threads at work.
class Rates {
 public:
  static Rates given(double tokens_per_second, std::size_t tasks, std::int64_t models) {
    Rates rates(models);
    rates.seconds_.assign(tasks, 1.0 / tokens_per_second);
    return rates;
  }

  static Rates measured(const config::RunConfig& config, const inputs::Inputs& inputs,
                        const evaluation::Workload& workload, int threads) {
    const comm::SerialCommunicator alone;
    const auto materialise = [&](const swarm::Coordinates& position) { return inputs.pool->materialise(position); };
    evaluation::WaveOptions options{threads};
    options.max_batch_tokens = inputs::wave_options(config, inputs, threads, 1).max_batch_tokens;
    evaluation::Evaluator evaluator{alone, inputs.base, inputs.tokenizer, inputs.tasks, materialise, options};
    evaluator.experts = inputs.experts_to_ask();
    const double share = 1.0 / static_cast<double>(config.experts.size());
    const swarm::Coordinates soup(config.experts.size(), share);
    Rates rates(models_per_answer(config));
    for (std::size_t t = 0; t < inputs.tasks.size(); ++t) {
      const double one_model = 1.0 / static_cast<double>(rates.models_);
      rates.seconds_.push_back(one_model * probe(evaluator, workload, t, soup));
    }
    return rates;
  }

  /// Of each block of the workload.
  std::vector<double> block_seconds(const evaluation::Workload& workload) const {
    std::vector<double> result;
    for (const evaluation::ItemList& block : workload.blocks) {
      const auto tokens = static_cast<double>(models_ * computed_tokens(block, workload));
      result.push_back(seconds_[workload.items[block.front()].task] * tokens);
    }
    return result;
  }

  double tokens_per_second() const {
    double sum = 0.0;
    for (const double seconds : seconds_) sum += seconds;
    return static_cast<double>(seconds_.size()) / sum;
  }

 private:
  explicit Rates(std::int64_t models) : models_(models) {}

  /// The same block on every thread at once, a second time when caches are warm.
  static double probe(const evaluation::Evaluator& evaluator, const evaluation::Workload& workload, std::size_t task,
                      const swarm::Coordinates& soup) {
    const auto block = std::ranges::find_if(
        workload.blocks, [&](const evaluation::ItemList& b) { return workload.items[b.front()].task == task; });
    const std::vector<evaluation::Assignment> assignments(static_cast<std::size_t>(evaluator.options.threads),
                                                          evaluation::Assignment{soup, {*block}, {}, {}});
    evaluation::evaluate(evaluator, assignments, workload);
    const Stopwatch watch;
    evaluation::evaluate(evaluator, assignments, workload);
    return watch.seconds() / static_cast<double>(computed_tokens(*block, workload));
  }

  std::int64_t models_;
  std::vector<double> seconds_;
};

/// A wave of complete evaluations, as the simulation sees it.
class SimulatedWave {
 public:
  /// `block_seconds`: of the workload's blocks.
  SimulatedWave(const evaluation::Workload& workload, const std::vector<double>& block_seconds, std::size_t positions)
      : table_bytes_(
            static_cast<double>(positions * workload.items.size() * evaluation::ScoreTable::fields * sizeof(double))) {
    if (positions == 0 || workload.items.empty()) return;
    const std::vector<evaluation::Assignment> assignments(positions, evaluation::complete_assignment({}, workload));
    for (const evaluation::WaveTask& task : evaluation::plan_wave(assignments, workload, positions))
      seconds_.push_back(block_seconds[task.block]);
  }

  double seconds(int ranks, int threads) const { return makespan(seconds_, ranks * threads) + exchange_seconds(ranks); }

  double exchange_seconds(int ranks) const { return all_reduce_model(table_bytes_, ranks); }

 private:
  double table_bytes_;
  std::vector<double> seconds_;  // of each task, in the order in which they are handed out
};

/// All iterations of a search: waves one after the other, or particles that go on by themselves after iteration 0.
class SimulatedIterations {
 public:
  /// References must outlive this.
  SimulatedIterations(const swarm::Settings& settings, const evaluation::Workload& workload,
                      const std::vector<double>& block_seconds)
      : settings_(settings),
        workload_(workload),
        block_seconds_(block_seconds),
        wave_(workload, block_seconds, static_cast<std::size_t>(settings.particles)) {}

  double seconds(int ranks, int threads) const {
    const double wave = wave_.seconds(ranks, threads);
    if (settings_.schedule == swarm::Schedule::synchronous) return wave * (1 + settings_.max_iteration);
    const SimulatedSearch search{settings_.particles, settings_.max_iteration, ranks, threads};
    return wave + asynchronous_seconds(search, workload_, block_seconds_) +
           wave_.exchange_seconds(ranks) * settings_.max_iteration;
  }

 private:
  const swarm::Settings& settings_;
  const evaluation::Workload& workload_;
  const std::vector<double>& block_seconds_;
  SimulatedWave wave_;
};

}  // namespace

Estimate estimate(const EstimateOptions& options) {
  config::RunConfig config = inputs::resolve(comm::SerialCommunicator(), {options.config, options.overrides, {}});
  if (!config.seeds.empty()) config.seed = config.seeds.front();  // whose validation part stands for all
  std::vector<task::Task> tasks = inputs::check_inputs(config);
  const inputs::Workloads sets =
      inputs::make_workloads(config, tasks, text::Tokenizer::load(config.model), inputs::context_of(config));
  const std::int64_t models = models_per_answer(config);
  Estimate result;
  result.threads = inputs::thread_count(options.threads ? options.threads : config.evaluation.threads, 1);
  result.iterations = config.swarm.max_iteration + 1;
  const auto particles = static_cast<std::size_t>(config.swarm.particles);
  const auto finalists = sets.validation.items.empty()
                             ? 0
                             : static_cast<std::size_t>(1 + std::min(config.swarm.top_k, config.swarm.particles));
  const baselines::BaselineCost baselines = baselines::cost_of_baselines(config);
  const std::size_t rows = config.experts.size() + 2 + baselines.rows + baselines.voters;
  const std::size_t searches = std::max<std::size_t>(config.seeds.size(), 1);
  const std::size_t searched = particles * static_cast<std::size_t>(result.iterations);
  result.evaluations = {count("search", searches * searched, sets.search, tasks, models),
                        count("validation", searches * finalists, sets.validation, tasks, models),
                        count("baselines", searches * baselines.evaluations, sets.search, tasks, models),
                        count("final table, dev", searches * rows, sets.dev, tasks, models),
                        count("final table, test", searches * rows, sets.test, tasks, models)};
  result.memory_bytes = memory_per_rank(config, tasks, sets.test, result.threads);
  result.disk_bytes = disk_need(config, sets.search);
  result.measured = !options.rate;
  const Rates rates = options.rate
                          ? Rates::given(*options.rate, tasks.size(), models)
                          : Rates::measured(config, inputs::load_inputs(config, tasks, 0), sets.search, result.threads);
  result.rate = rates.tokens_per_second();
  const std::vector<double> block_seconds = rates.block_seconds(sets.search);
  const SimulatedIterations search(config.swarm, sets.search, block_seconds);
  const SimulatedWave rest[] = {{sets.validation, rates.block_seconds(sets.validation), finalists},
                                {sets.search, block_seconds, baselines.evaluations},
                                {sets.dev, rates.block_seconds(sets.dev), rows},
                                {sets.test, rates.block_seconds(sets.test), rows}};
  const double alone = search.seconds(1, result.threads);
  for (const int ranks : options.ranks) {
    double total = search.seconds(ranks, result.threads);
    const double iteration = total / result.iterations;
    const double efficiency = alone / (total * static_cast<double>(ranks));
    for (const SimulatedWave& wave : rest) total += wave.seconds(ranks, result.threads);
    total *= static_cast<double>(searches);
    result.scales.push_back({ranks, iteration, total, efficiency});
  }
  return result;
}

}  // namespace shoal::plan
