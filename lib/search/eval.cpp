#include "search/eval.hpp"

#include <algorithm>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "comm/serial_communicator.hpp"
#include "io/run_config.hpp"
#include "model/device.hpp"
#include "model/model_config.hpp"
#include "search/inputs.hpp"
#include "search/token_mixture_file.hpp"
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

bool answers_together(const EvalOptions& options) { return options.merge_space == "tokens"; }

void check_weights(const EvalOptions& options) {
  if (!answers_together(options) || std::ranges::any_of(options.mix, [](double weight) { return weight > 0.0; }))
    return;
  fail(ExitCode::usage,
       "the weights of experts that answer together are all 0 or less (no token is likely then). "
       "Give one above 0.");
}

std::vector<Subject> subjects(const EvalOptions& options) {
  if (!options.mix.empty()) {
    check_weights(options);
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

/// The options with what a mixture's file says.
EvalOptions with_mixture(EvalOptions options) {
  if (options.mixture.empty()) {
    if (options.model.empty()) fail(ExitCode::usage, "--model is missing (what to score). Give it, or --mixture.");
    return options;
  }
  if (!options.model.empty() || !options.adapters.empty() || !options.mix.empty()) {
    fail(ExitCode::usage, "--mixture stands beside {} (the file names model, experts and weights). Leave one out.",
         !options.model.empty()      ? "--model"
         : !options.adapters.empty() ? "--adapter"
                                     : "--mix");
  }
  const TokenMixture mixture = read_token_mixture(options.mixture);
  options.model = mixture.model.string();
  for (const fs::path& expert : mixture.experts) options.adapters.push_back(expert.string());
  options.mix = mixture.weights;
  options.merge_space = "tokens";
  return options;
}

/// Everything that stays the same from one subject to the next.
class EvalSession {
 public:
  explicit EvalSession(const EvalOptions& options)
      : options_(options),
        split_(options.split == "test" ? task::Split::test : task::Split::dev),
        together_(answers_together(options) && !options.adapters.empty()),
        subjects_(subjects(options)),
        tasks_{read_task(options, split_)} {
    model::ModelConfig::load(options.model);
    check_experts();
    tokenizer_ = model::Tokenizer::load(options.model);
    base_ = model::LanguageModel::load(options.model, precision(options.dtype, 0), model::compute_device(0));
    const auto experts = paths(together_ ? options.adapters : std::vector<std::string>());
    if (together_) experts_ = ExpertModels::load(experts, *base_, options.model, adapters(options.adapter_form));
    bytes_beside_base_ = experts_ ? experts_->bytes() : 0;
    bytes_beside_base_ += prepare_scorers(tasks_, *base_, bytes_beside_base_, thread_count(options.threads, 1), 1);
    const auto everything = all_examples(tasks_, split_);
    const auto context = static_cast<std::size_t>(ExpertModels::context(experts, options.model));
    workload_ = make_workload(tasks_, split_, everything, *tokenizer_, default_block, context);
  }

  /// All subjects in one wave: their blocks are shared out to the threads, and answers are written together.
  std::vector<io::EvalResult> run() const {
    const double load_seconds = since_start_.seconds();
    const comm::SerialCommunicator alone;
    Evaluator evaluator{alone, *base_, *tokenizer_, tasks_, {}, wave_options(), experts_ ? &*experts_ : nullptr};
    std::string away;
    evaluator.warn = [&](const std::string& sentence) { away = sentence; };
    std::vector<std::vector<io::EvalSample>> samples(subjects_.size(),
                                                     std::vector<io::EvalSample>(workload_.items.size()));
    const Stopwatch watch;
    const auto wave =
        evaluate(evaluator, assignments(), workload_, [&](std::size_t subject, std::size_t item, ItemResult result) {
          samples[subject][item] = sample(workload_.items[item], std::move(result));
        });
    if (wave.interrupted) {
      fail(ExitCode::service, "the service that scores task {} is away ({}). Try again later.", tasks_.front().name(),
           away);
    }
    const double share = watch.seconds() / static_cast<double>(subjects_.size());
    std::vector<io::EvalResult> results;
    for (std::size_t s = 0; s < subjects_.size(); ++s) {
      results.push_back(summary(subjects_[s], wave.positions[s]));
      results.back().load_seconds = load_seconds;
      results.back().evaluate_seconds = share;
      results.back().samples = std::move(samples[s]);
    }
    return results;
  }

 private:
  void check_experts() const {
    if (together_) {
      const task::TaskType type = tasks_.front().config().type;
      if (task::measures_likelihood(type)) {
        fail(ExitCode::usage,
             "task {} is of type {} and --merge-space is tokens (experts that answer together only write). Use a task "
             "with answers.",
             tasks_.front().name(), task::name_of(type));
      }
      return ExpertModels::check(paths(options_.adapters), options_.model);
    }
    for (const Subject& subject : subjects_) {
      if (!subject.adapters.empty())
        tensor::ExpertPool::check(paths(subject.adapters), options_.model, merge_space(options_.merge_space));
    }
  }

  std::vector<Assignment> assignments() const {
    std::vector<Assignment> all;
    for (std::size_t s = 0; s < subjects_.size(); ++s) {
      all.push_back(together_ ? complete_assignment(weights_of(s), workload_)
                              : complete_model_assignment([this, s] { return delta_of(subjects_[s]); }, workload_));
    }
    return all;
  }

  /// Of all experts; without a mix each stands for itself.
  swarm::Coordinates weights_of(std::size_t subject) const {
    if (!options_.mix.empty()) return options_.mix;
    return swarm::expert_position(static_cast<int>(subject), static_cast<int>(options_.adapters.size()));
  }

  tensor::ModelDelta delta_of(const Subject& subject) const {
    if (subject.adapters.empty()) return {};
    return tensor::ExpertPool::load(paths(subject.adapters), options_.model, merge_space(options_.merge_space))
        .materialise(subject.mix);
  }

  WaveOptions wave_options() const {
    WaveOptions options{thread_count(options_.threads, 1),
                        options_.prefix_sharing ? model::PrefixSharing::on : model::PrefixSharing::off,
                        options_.early_exit ? EarlyExit::on : EarlyExit::off, adapters(options_.adapter_form)};
    if (options.adapters == model::Adapters::separate)
      options.variants_kept = variants_within_memory(largest_subject());
    const model::LanguageModel& model = experts_ ? experts_->most_demanding() : *base_;
    options.max_batch_tokens = batch_tokens(std::nullopt, model, bytes_beside_base_, options.threads, 1);
    return options;
  }

  /// Bytes of the files of the subject that has most of them.
  std::size_t largest_subject() const {
    std::size_t most = 0;
    for (const Subject& subject : subjects_) {
      if (subject.adapters.empty()) continue;  // the base
      std::size_t bytes = 0;
      for (const fs::path& file : tensor::ExpertPool::files(paths(subject.adapters))) bytes += fs::file_size(file);
      most = std::max(most, bytes);
    }
    return most;
  }

  static io::EvalSample sample(const WorkItem& item, ItemResult result) {
    return {
        item.example,          item.prompt.size(),    std::move(result.output_ids), std::move(result.output),
        result.outcome.answer, result.outcome.target, result.outcome.score,         std::move(result.outcome.details)};
  }

  io::EvalResult summary(const Subject& subject, const PositionScores& position) const {
    io::EvalResult result;
    result.model = options_.model;
    result.adapters = subject.adapters;
    result.mix = subject.mix;
    result.task = tasks_.front().name();
    result.split = options_.split;
    result.dtype = name_of(base_->precision());
    result.utility = task::mean(position.scores);
    result.standard_error = task::standard_error(position.scores);
    result.parse_failures = static_cast<std::size_t>(std::ranges::count(position.parsed, false));
    result.measures = task::measures(tasks_.front().config().type, position.scores);
    result.prompt_tokens = position.counts.prompt_tokens;
    result.prompt_tokens_computed = position.counts.prompt_tokens_computed;
    result.output_tokens = position.counts.output_tokens;
    return result;
  }

  Stopwatch since_start_;
  const EvalOptions& options_;
  task::Split split_;
  bool together_;  // experts are models of their own
  std::vector<Subject> subjects_;
  std::vector<task::Task> tasks_;
  std::optional<model::Tokenizer> tokenizer_;
  std::optional<model::LanguageModel> base_;
  std::optional<ExpertModels> experts_;  // when they answer together
  std::size_t bytes_beside_base_ = 0;
  Workload workload_;
};

}  // namespace

std::vector<io::EvalResult> evaluate_models(const EvalOptions& options) {
  const EvalOptions complete = with_mixture(options);
  return EvalSession(complete).run();
}

}  // namespace shoal::search
