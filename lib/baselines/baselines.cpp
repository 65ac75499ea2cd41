#include "baselines/baselines.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <memory>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "baselines/coefficient_search.hpp"
#include "baselines/greedy_soup.hpp"
#include "baselines/score_journal.hpp"
#include "evaluation/evaluations.hpp"
#include "evaluation/route/cluster_experts.hpp"
#include "inputs/inputs.hpp"
#include "inputs/workloads.hpp"
#include "weights/merge/merge_experts.hpp"
#include "weights/pool/expert_pool.hpp"

namespace shoal::baselines {
namespace {

bool votes(const std::string& name) { return name == "prediction_merge" || name == "ensemble"; }

Contender merged(const config::RunConfig& config, const std::string& name) {
  const weights::MergeOptions options{.method = weights::merge_method_names().find(name).value(), .seed = config.seed};
  return {.name = name, .model = [&config, options] {
            return weights::merge_experts(config.experts, config.model, config.merge_space, options).delta;
          }};
}

/// An expert that the user has trained on the data of all others.
Contender trained(const config::RunConfig& config, const config::BaselineConfig& baseline) {
  return {.name = baseline.name, .model = [&config, folder = baseline.adapter] {
            const auto pool = weights::ExpertPool::load(std::span(&folder, 1), config.model, config.merge_space);
            return pool.materialise(std::vector{1.0});
          }};
}

/// Searches for coefficients: what they are for, and how.
struct SearchKind {
  swarm::Optimiser optimiser;
  bool affine;
  double bound = std::numeric_limits<double>::infinity();
  double penalty = 0.0;
};

// Controls for the swarm, and two published methods whose coefficients need not sum to 1 (LoraHub's bounds and penalty
// are its paper's).
const std::map<std::string, SearchKind>& search_kinds() {
  static const std::map<std::string, SearchKind> kinds{
      {"random_affine", {swarm::Optimiser::random, true}},
      {"cma_es", {swarm::Optimiser::cma_es, true}},
      {"evol_merge", {swarm::Optimiser::cma_es, false}},
      {"lora_hub", {swarm::Optimiser::cma_es, false, 1.5, 0.05}},
  };
  return kinds;
}

PositionScorer scorer_on(const BaselineSetup& setup, const evaluation::Workload& workload) {
  return [setup, &workload](std::span<const swarm::Coordinates> positions) -> std::optional<std::vector<double>> {
    const evaluation::WaveScores wave = evaluation::evaluate(setup.evaluator, positions, workload);
    if (wave.interrupted) return std::nullopt;
    std::vector<double> utilities;
    for (const auto& evaluation : evaluation::to_evaluations(wave, inputs::utility_of(setup.config, workload)))
      utilities.push_back(evaluation.utility);
    return utilities;
  };
}

CoefficientSearch coefficient_search(const BaselineSetup& setup, const SearchKind& kind) {
  CoefficientSearch search{.settings = setup.config.swarm,
                           .experts = static_cast<int>(setup.config.experts.size()),
                           .seed = setup.config.seed,
                           .evaluations = setup.evaluations,
                           .affine = kind.affine,
                           .bound = kind.bound,
                           .penalty = kind.penalty};
  search.settings.optimiser = kind.optimiser;
  return search;
}

/// The experts' scores on the search examples say which kinds of prompts each of them knows; nullopt: interrupted.
std::optional<Contender> clustered(const BaselineSetup& setup) {
  const int experts = static_cast<int>(setup.config.experts.size());
  std::vector<swarm::Coordinates> alone;
  for (int k = 0; k < experts; ++k) alone.push_back(swarm::expert_position(k, experts));
  const evaluation::WaveScores wave = evaluation::evaluate(setup.evaluator, alone, setup.workload);
  if (wave.interrupted) return std::nullopt;
  std::vector<evaluation::TokenIds> prompts;
  for (const evaluation::WorkItem& item : setup.workload.items) prompts.push_back(item.prompt);
  std::vector<std::vector<double>> scores;
  for (const evaluation::PositionScores& position : wave.positions) scores.push_back(position.scores);
  return Contender{
      .name = "cbtm",
      .pack = {setup.config.experts.size(), std::make_shared<const evaluation::ClusterExperts>(prompts, scores)},
      .evaluations = experts};
}

std::optional<Contender> contender_for(const BaselineSetup& setup, const config::BaselineConfig& baseline) {
  if (config::merges_weights(baseline.name)) return merged(setup.config, baseline.name);
  if (!baseline.adapter.empty()) return trained(setup.config, baseline);
  if (baseline.name == "pack_of_llms")
    return Contender{.name = baseline.name, .pack = {setup.config.experts.size(), {}}};
  if (baseline.name == "cbtm") return clustered(setup);
  auto found = search_for(setup, baseline.name);
  if (!found) return std::nullopt;
  return Contender{.name = baseline.name, .position = std::move(found->position), .evaluations = found->evaluations};
}

/// None for the votes of models that are scored anyway.
std::size_t evaluations_of_row(const config::RunConfig& config, const std::string& name) {
  if (votes(name)) return 0;
  const std::size_t readers = inputs::is_token_swarm(config) ? 1 : config.experts.size();
  if (name == "pack_of_llms") return 2 * readers;
  if (name == "cbtm") return readers;
  return 1;
}

}  // namespace

bool is_search(const std::string& name) { return name == "greedy_soup" || search_kinds().contains(name); }

std::optional<FoundPosition> search_for(const BaselineSetup& setup, const std::string& name) {
  const auto file = setup.journals / (name + ".jsonl");
  ScoreJournal journal(setup.evaluator.comm, file, config::trajectory_hash(setup.config));
  const auto filed = [&journal](PositionScorer score) -> PositionScorer {
    return [&journal, score = std::move(score)](const auto positions) { return journal.ask(positions, score); };
  };
  const PositionScorer score = filed(scorer_on(setup, setup.workload));
  if (name == "greedy_soup") return greedy_soup(setup.config.experts.size(), score);
  const PositionScorer validate =
      setup.validation.items.empty() ? PositionScorer() : filed(scorer_on(setup, setup.validation));
  return search_coefficients(coefficient_search(setup, search_kinds().at(name)), score, validate);
}

std::int64_t most_evaluations(const config::RunConfig& config, const std::string& name) {
  if (name == "cbtm") return std::ssize(config.experts);
  if (name == "greedy_soup") return 2 * std::ssize(config.experts) - 1;
  if (!is_search(name)) return 0;
  return std::int64_t{config.swarm.particles} * (config.swarm.max_iteration + 1);
}

std::optional<std::vector<Contender>> baseline_models(const BaselineSetup& setup) {
  std::vector<Contender> contenders;
  for (const config::BaselineConfig& baseline : setup.config.baselines) {
    if (votes(baseline.name)) continue;
    const Stopwatch watch;
    auto contender = contender_for(setup, baseline);
    if (!contender) return std::nullopt;
    contender->seconds = watch.seconds();
    contenders.push_back(std::move(*contender));
  }
  return contenders;
}

bool has_baseline(const config::RunConfig& config, const std::string& name) {
  return std::ranges::find(config.baselines, name, &config::BaselineConfig::name) != config.baselines.end();
}

BaselineCost cost_of_baselines(const config::RunConfig& config) {
  BaselineCost cost;
  for (const config::BaselineConfig& baseline : config.baselines) {
    cost.rows += evaluations_of_row(config, baseline.name);
    if (baseline.name == "ensemble")
      cost.voters = static_cast<std::size_t>(std::min(config.swarm.top_k, config.swarm.particles));
    cost.evaluations += static_cast<std::size_t>(most_evaluations(config, baseline.name));
  }
  return cost;
}

}  // namespace shoal::baselines
