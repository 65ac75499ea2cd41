#include "search/eval.hpp"

#include <algorithm>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/statistics.hpp"
#include "comm/serial_communicator.hpp"
#include "config/run_config.hpp"
#include "inputs/inputs.hpp"
#include "model/device.hpp"
#include "model/model_config.hpp"
#include "results/token_mixture_file.hpp"
#include "task/measures.hpp"

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
  task::TaskConfig config = config::load_task_file(options.task);
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
  const results::TokenMixture mixture = results::read_token_mixture(options.mixture);
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
    tokenizer_ = text::Tokenizer::load(options.model);
    base_ = model::LanguageModel::load(options.model, inputs::precision(options.dtype, 0), model::compute_device(0));
    const auto experts = paths(together_ ? options.adapters : std::vector<std::string>());
    if (together_)
      experts_ = evaluation::ExpertModels::load(experts, *base_, options.model,
                                                model::adapters_names().find(options.adapter_form).value());
    bytes_beside_base_ = experts_ ? experts_->bytes() : 0;
    bytes_beside_base_ +=
        inputs::prepare_scorers(tasks_, *base_, bytes_beside_base_, inputs::thread_count(options.threads, 1), 1);
    const auto everything = evaluation::all_examples(tasks_, split_);
    const auto context = static_cast<std::size_t>(evaluation::ExpertModels::context(experts, options.model));
    workload_ =
        evaluation::make_workload(tasks_, split_, everything, *tokenizer_, evaluation::default_chunk(), context);
  }

  /// All subjects in one wave: their blocks are shared out to the threads, and answers are written together.
  std::vector<results::EvalResult> run() const {
    const double load_seconds = since_start_.seconds();
    const comm::SerialCommunicator alone;
    evaluation::Evaluator evaluator{
        alone, *base_, *tokenizer_, tasks_, {}, wave_options(), experts_ ? &*experts_ : nullptr};
    std::string away;
    evaluator.warn = [&](const std::string& sentence) { away = sentence; };
    std::vector<std::vector<results::EvalSample>> samples(subjects_.size(),
                                                          std::vector<results::EvalSample>(workload_.items.size()));
    const Stopwatch watch;
    const auto wave = evaluation::evaluate(evaluator, assignments(), workload_,
                                           [&](std::size_t subject, std::size_t item, evaluation::ItemResult result) {
                                             samples[subject][item] = sample(workload_.items[item], std::move(result));
                                           });
    if (wave.interrupted) {
      fail(ExitCode::service, "the service that scores task {} is away ({}). Try again later.", tasks_.front().name(),
           away);
    }
    const double share = watch.seconds() / static_cast<double>(subjects_.size());
    std::vector<results::EvalResult> results;
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
      return evaluation::ExpertModels::check(paths(options_.adapters), options_.model);
    }
    for (const Subject& subject : subjects_) {
      if (!subject.adapters.empty())
        weights::ExpertPool::check(
            paths(subject.adapters), options_.model,
            weights::merge_space_names().find(options_.merge_space).value_or(weights::MergeSpace::factors));
    }
  }

  std::vector<evaluation::Assignment> assignments() const {
    std::vector<evaluation::Assignment> all;
    for (std::size_t s = 0; s < subjects_.size(); ++s) {
      all.push_back(
          together_ ? evaluation::complete_assignment(weights_of(s), workload_)
                    : evaluation::complete_model_assignment([this, s] { return delta_of(subjects_[s]); }, workload_));
    }
    return all;
  }

  /// Of all experts; without a mix each stands for itself.
  swarm::Coordinates weights_of(std::size_t subject) const {
    if (!options_.mix.empty()) return options_.mix;
    return swarm::expert_position(static_cast<int>(subject), static_cast<int>(options_.adapters.size()));
  }

  weights::ModelDelta delta_of(const Subject& subject) const {
    if (subject.adapters.empty()) return {};
    return weights::ExpertPool::load(
               paths(subject.adapters), options_.model,
               weights::merge_space_names().find(options_.merge_space).value_or(weights::MergeSpace::factors))
        .materialise(subject.mix);
  }

  evaluation::WaveOptions wave_options() const {
    evaluation::WaveOptions options{inputs::thread_count(options_.threads, 1),
                                    options_.prefix_sharing ? model::PrefixSharing::on : model::PrefixSharing::off,
                                    options_.early_exit ? evaluation::EarlyExit::on : evaluation::EarlyExit::off,
                                    model::adapters_names().find(options_.adapter_form).value()};
    if (options.adapters == model::Adapters::separate)
      options.variants_kept = inputs::variants_within_memory(largest_subject());
    const model::LanguageModel& model = experts_ ? experts_->most_demanding() : *base_;
    options.max_batch_tokens = inputs::batch_tokens(std::nullopt, model, bytes_beside_base_, options.threads, 1);
    return options;
  }

  /// Bytes of the files of the subject that has most of them.
  std::size_t largest_subject() const {
    std::size_t most = 0;
    for (const Subject& subject : subjects_) {
      if (subject.adapters.empty()) continue;  // the base
      std::size_t bytes = 0;
      for (const fs::path& file : weights::ExpertPool::files(paths(subject.adapters))) bytes += fs::file_size(file);
      most = std::max(most, bytes);
    }
    return most;
  }

  static results::EvalSample sample(const evaluation::WorkItem& item, evaluation::ItemResult result) {
    return {
        item.example,          item.prompt.size(),    std::move(result.output_ids), std::move(result.output),
        result.outcome.answer, result.outcome.target, result.outcome.score,         std::move(result.outcome.details)};
  }

  results::EvalResult summary(const Subject& subject, const evaluation::PositionScores& position) const {
    results::EvalResult result;
    result.model = options_.model;
    result.adapters = subject.adapters;
    result.mix = subject.mix;
    result.task = tasks_.front().name();
    result.split = options_.split;
    result.dtype = inputs::name_of(base_->precision());
    result.utility = mean(position.scores);
    result.standard_error = standard_error(position.scores);
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
  std::optional<text::Tokenizer> tokenizer_;
  std::optional<model::LanguageModel> base_;
  std::optional<evaluation::ExpertModels> experts_;  // when they answer together
  std::size_t bytes_beside_base_ = 0;
  evaluation::Workload workload_;
};

}  // namespace

std::vector<results::EvalResult> evaluate_models(const EvalOptions& options) {
  const EvalOptions complete = with_mixture(options);
  return EvalSession(complete).run();
}

}  // namespace shoal::search
