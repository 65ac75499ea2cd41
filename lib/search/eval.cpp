#include "search/eval.hpp"

#include <algorithm>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "comm/serial_communicator.hpp"
#include "io/run_config.hpp"
#include "model/device.hpp"
#include "model/model_config.hpp"
#include "search/inputs.hpp"
#include "task/measures.hpp"
#include "task/statistics.hpp"

namespace shoal::search {
namespace {

namespace fs = std::filesystem;

/// One thing to score: some adapters with weights, or nothing for the base.
struct Subject {
  std::vector<std::string> adapters;
  std::vector<double> mix;
};

std::vector<Subject> subjects(const EvalOptions& options) {
  if (!options.mix.empty()) {
    if (options.mix.size() != options.adapters.size()) {
      fail(ExitCode::usage, "--mix has {} weights for {} adapters. Give one each.", options.mix.size(),
           options.adapters.size());
    }
    return {{options.adapters, options.mix}};
  }
  if (options.adapters.empty()) return {{}};
  std::vector<Subject> each;
  for (const std::string& adapter : options.adapters) each.push_back({{adapter}, {1.0}});
  return each;
}

std::vector<fs::path> paths(const std::vector<std::string>& names) { return {names.begin(), names.end()}; }

task::Task read_task(const EvalOptions& options, task::Split split) {
  task::TaskConfig config = io::load_task_file(options.task);
  auto& limit = split == task::Split::dev ? config.dev_limit : config.test_limit;
  if (options.limit) limit = std::min(limit.value_or(*options.limit), *options.limit);
  task::Task task(std::move(config));
  if (task.size(split) == 0) {
    fail(ExitCode::input, "task {} has no {} items. Choose the other split.", task.name(), options.split);
  }
  return task;
}

/// Everything that stays the same from one subject to the next.
class EvalSession {
 public:
  explicit EvalSession(const EvalOptions& options)
      : options_(options),
        split_(options.split == "test" ? task::Split::test : task::Split::dev),
        subjects_(subjects(options)),
        tasks_{read_task(options, split_)} {
    model::ModelConfig::load(options.model);
    for (const Subject& subject : subjects_) {
      if (!subject.adapters.empty())
        tensor::ExpertPool::check(paths(subject.adapters), options.model, merge_space(options.merge_space));
    }
    tokenizer_ = model::Tokenizer::load(options.model);
    base_ = model::LanguageModel::load(options.model, precision(options.dtype, 0), model::compute_device(0));
    reward_bytes_ = prepare_scorers(tasks_, *base_, 0, thread_count(options.threads, 1), 1);
    const auto everything = all_examples(tasks_, split_);
    const auto context = static_cast<std::size_t>(base_->config().context);
    workload_ = make_workload(tasks_, split_, everything, *tokenizer_, default_block, context);
  }

  std::vector<io::EvalResult> run() const {
    const double load_seconds = since_start_.seconds();
    std::vector<io::EvalResult> results;
    for (const Subject& subject : subjects_) {
      results.push_back(score(subject));
      results.back().load_seconds = load_seconds;
    }
    return results;
  }

 private:
  std::function<tensor::ModelDelta(const swarm::Coordinates&)> materialiser(const Subject& subject) const {
    if (subject.adapters.empty()) return [](const swarm::Coordinates&) { return tensor::ModelDelta{}; };
    const auto pool =
        tensor::ExpertPool::load(paths(subject.adapters), options_.model, merge_space(options_.merge_space));
    return [pool](const swarm::Coordinates& position) { return pool.materialise(position); };
  }

  io::EvalResult score(const Subject& subject) const {
    const comm::SerialCommunicator alone;
    WaveOptions wave_options{thread_count(options_.threads, 1),
                             options_.prefix_sharing ? model::PrefixSharing::on : model::PrefixSharing::off,
                             options_.early_exit ? EarlyExit::on : EarlyExit::off, adapters(options_.adapter_form)};
    wave_options.max_batch_tokens = batch_tokens(std::nullopt, *base_, reward_bytes_, wave_options.threads, 1);
    Evaluator evaluator{alone, *base_, *tokenizer_, tasks_, materialiser(subject), wave_options};
    std::string away;
    evaluator.warn = [&](const std::string& sentence) { away = sentence; };
    std::vector<io::EvalSample> samples(workload_.items.size());
    const Stopwatch watch;
    const std::vector<swarm::Coordinates> positions{subject.mix};
    const auto wave = evaluate(evaluator, positions, workload_, [&](std::size_t, std::size_t i, ItemResult result) {
      const WorkItem& item = workload_.items[i];
      samples[i] = {item.example,
                    item.prompt.size(),
                    std::move(result.output_ids),
                    std::move(result.output),
                    result.outcome.answer,
                    result.outcome.target,
                    result.outcome.score,
                    std::move(result.outcome.details)};
    });
    if (wave.interrupted) {
      fail(ExitCode::service, "the service that scores task {} is away ({}). Try again later.", tasks_.front().name(),
           away);
    }
    io::EvalResult result = summary(subject, wave);
    result.evaluate_seconds = watch.seconds();
    result.samples = std::move(samples);
    return result;
  }

  io::EvalResult summary(const Subject& subject, const WaveScores& wave) const {
    io::EvalResult result;
    result.model = options_.model;
    result.adapters = subject.adapters;
    result.mix = subject.mix;
    result.task = tasks_.front().name();
    result.split = options_.split;
    result.dtype = name_of(base_->precision());
    result.utility = task::mean(wave.positions.front().scores);
    result.standard_error = task::standard_error(wave.positions.front().scores);
    result.parse_failures = static_cast<std::size_t>(std::ranges::count(wave.positions.front().parsed, false));
    result.measures = task::measures(tasks_.front().config().type, wave.positions.front().scores);
    result.prompt_tokens = wave.counts.prompt_tokens;
    result.prompt_tokens_computed = wave.counts.prompt_tokens_computed;
    result.output_tokens = wave.counts.output_tokens;
    return result;
  }

  Stopwatch since_start_;
  const EvalOptions& options_;
  task::Split split_;
  std::vector<Subject> subjects_;
  std::vector<task::Task> tasks_;
  std::optional<model::Tokenizer> tokenizer_;
  std::optional<model::LanguageModel> base_;
  std::size_t reward_bytes_ = 0;
  Workload workload_;
};

}  // namespace

std::vector<io::EvalResult> evaluate_models(const EvalOptions& options) { return EvalSession(options).run(); }

}  // namespace shoal::search
