#include "search/baselines.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "search/final_scores.hpp"
#include "search/inputs.hpp"
#include "search/merge.hpp"
#include "search/search_loop.hpp"
#include "tensor/expert_pool.hpp"
#include "tensor/merge_experts.hpp"

namespace shoal::search {
namespace {

bool is_static_merge(const std::string& name) {
  return name == "slerp" || name == "dare_ties" || name == "model_stock";
}

bool votes(const std::string& name) { return name == "prediction_merge" || name == "ensemble"; }

Contender merged(const io::RunConfig& config, const std::string& name) {
  const tensor::MergeOptions options{.method = merge_method(name), .seed = config.seed};
  return {.name = name, .model = [&config, options] {
            return tensor::merge_experts(config.experts, config.model, merge_space(config.merge_space), options).delta;
          }};
}

/// An expert that the user has trained on the data of all others.
Contender trained(const io::RunConfig& config, const io::BaselineConfig& baseline) {
  return {.name = baseline.name, .model = [&config, folder = baseline.adapter] {
            const auto pool =
                tensor::ExpertPool::load(std::span(&folder, 1), config.model, merge_space(config.merge_space));
            return pool.materialise(std::vector{1.0});
          }};
}

std::optional<FoundPosition> search_for(const BaselineSetup& setup, const std::string& name) {
  expect(name == "greedy_soup", "there is no search for {}.", name);
  return greedy_soup(setup.config.experts.size(), scorer_of(setup));
}

std::optional<Contender> contender_for(const BaselineSetup& setup, const io::BaselineConfig& baseline) {
  if (is_static_merge(baseline.name)) return merged(setup.config, baseline.name);
  if (!baseline.adapter.empty()) return trained(setup.config, baseline);
  auto found = search_for(setup, baseline.name);
  if (!found) return std::nullopt;
  return Contender{.name = baseline.name, .position = std::move(found->position), .evaluations = found->evaluations};
}

std::size_t most_evaluations(const io::RunConfig& config, const std::string& name) {
  return name == "greedy_soup" ? 2 * config.experts.size() - 1 : 0;
}

}  // namespace

PositionScorer scorer_of(const BaselineSetup& setup) {
  return [setup](std::span<const swarm::Coordinates> positions) -> std::optional<std::vector<double>> {
    const WaveScores wave = evaluate(setup.evaluator, positions, setup.workload);
    if (wave.interrupted) return std::nullopt;
    std::vector<double> utilities;
    for (const auto& evaluation : to_evaluations(wave, utility_of(setup.config, setup.workload)))
      utilities.push_back(evaluation.utility);
    return utilities;
  };
}

std::optional<std::vector<Contender>> baseline_models(const BaselineSetup& setup) {
  std::vector<Contender> contenders;
  for (const io::BaselineConfig& baseline : setup.config.baselines) {
    if (votes(baseline.name)) continue;
    auto contender = contender_for(setup, baseline);
    if (!contender) return std::nullopt;
    contenders.push_back(std::move(*contender));
  }
  return contenders;
}

bool has_baseline(const io::RunConfig& config, const std::string& name) {
  return std::ranges::find(config.baselines, name, &io::BaselineConfig::name) != config.baselines.end();
}

BaselineCost cost_of_baselines(const io::RunConfig& config) {
  BaselineCost cost;
  for (const io::BaselineConfig& baseline : config.baselines) {
    if (!votes(baseline.name)) ++cost.models;
    if (baseline.name == "ensemble")
      cost.models += static_cast<std::size_t>(std::min(config.swarm.top_k, config.swarm.particles));
    cost.evaluations += most_evaluations(config, baseline.name);
  }
  return cost;
}

void check_baselines(const io::RunConfig& config) {
  for (const io::BaselineConfig& baseline : config.baselines) {
    if (baseline.adapter.empty()) continue;
    tensor::ExpertPool::check(std::span(&baseline.adapter, 1), config.model, merge_space(config.merge_space));
  }
}

}  // namespace shoal::search
