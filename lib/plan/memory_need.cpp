#include "plan/memory_need.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>
#include <vector>

#include "evaluation/schedule/wave_units.hpp"
#include "inputs/inputs.hpp"
#include "model/decoding/prompt_tree.hpp"
#include "weights/safetensors/safetensors.hpp"

namespace shoal::plan {
namespace {

namespace fs = std::filesystem;

std::int64_t shared_rows(const std::vector<evaluation::TokenIds>& sequences) {
  const std::vector<std::span<const model::TokenId>> views(sequences.begin(), sequences.end());
  return model::PromptTree(views, model::PrefixSharing::on).rows();
}

double model_bytes(const fs::path& folder, double number_bytes) {
  const weights::SafetensorsFolder files(folder);
  double bytes = 0.0;
  for (const std::string& name : files.names()) bytes += number_bytes * static_cast<double>(files.tensor(name).numel());
  return bytes;
}

/// Reward models, each once.
double reward_bytes(const config::RunConfig& config, double number_bytes) {
  std::set<fs::path> folders;
  for (const task::TaskConfig& task : config.utility.tasks) {
    if (task.type == task::TaskType::reward) folders.insert(task.reward.model);
  }
  double bytes = 0.0;
  for (const auto& folder : folders) bytes += model_bytes(folder, number_bytes);
  return bytes;
}

/// Blocks whose answers are written together.
std::int64_t joined_blocks(const evaluation::ItemList& block, std::span<const task::Task> tasks,
                           const evaluation::Workload& workload) {
  if (!evaluation::has_long_answers(block, workload, tasks)) return 1;
  return static_cast<std::int64_t>(std::max<std::size_t>(evaluation::rows_of_a_unit / block.size(), 1));
}

/// Keys and values of the largest block and its answers, or (`joins`) of those that share its steps.
double cache_bytes(const model::ModelConfig& model, std::span<const task::Task> tasks,
                   const evaluation::Workload& workload, double number_bytes, bool joins) {
  std::int64_t most = 0;
  for (const evaluation::ItemList& block : workload.blocks) {
    std::int64_t rows = computed_tokens(block, workload);
    for (const std::size_t item : block) rows += output_tokens(workload.items[item], tasks);
    most = std::max(most, joins ? rows * joined_blocks(block, tasks, workload) : rows);
  }
  return 2.0 * static_cast<double>(model.layers * model.kv_size() * most) * number_bytes;
}

/// Dense positions of one rank: x, v and p of its particles, g, g_w and the winner, and its part of the worst in the
/// window (which may all be its own).
double dense_bytes(const config::RunConfig& config, int ranks) {
  if (config.swarm.positions != swarm::Positions::dense) return 0.0;
  const double held = std::ceil(static_cast<double>(config.swarm.particles) / ranks);
  return dense_vector_bytes(config) * (3.0 * held + 3.0 + config.swarm.worst_window);
}

double file_bytes(std::span<const fs::path> experts) {
  double bytes = 0.0;
  for (const auto& file : weights::ExpertPool::files(experts)) {
    bytes += static_cast<double>(fs::file_size(file));
  }
  return bytes;
}

bool is_whole_model(const fs::path& expert) {
  return weights::ExpertPool::kind_of(expert) == weights::ExpertKind::full_model;
}

/// The folders of the models that may answer a block together: the base; in a token swarm that of every expert, which
/// for an adapter is the base.
std::vector<fs::path> answering_models(const config::RunConfig& config) {
  if (!inputs::is_token_swarm(config)) return {config.model};
  std::vector<fs::path> folders;
  for (const auto& expert : config.experts) folders.push_back(is_whole_model(expert) ? expert : config.model);
  return folders;
}

/// Keys and values of one thread: each model that answers has its own.
double thread_bytes(const config::RunConfig& config, std::span<const task::Task> tasks,
                    const evaluation::Workload& workload, double number_bytes) {
  double bytes = 0.0;
  for (const auto& folder : answering_models(config)) {
    bytes +=
        cache_bytes(model::ModelConfig::load(folder), tasks, workload, number_bytes, !inputs::is_token_swarm(config));
  }
  return bytes;
}

/// Experts whose weights are summed lie in memory as their files; those of a token swarm as models in the compute type.
double resident_bytes(const config::RunConfig& config, double base, double number_bytes) {
  if (!inputs::is_token_swarm(config)) return expert_bytes(config);
  const bool folded = config.evaluation.adapters == model::Adapters::folded;
  double bytes = 0.0;
  for (const auto& expert : config.experts) {
    if (fs::equivalent(expert, config.model)) continue;  // the base is there
    bytes += is_whole_model(expert) ? model_bytes(expert, number_bytes)
             : folded               ? base
                                    : file_bytes(std::span(&expert, 1));
  }
  return bytes;
}

/// Folded adapters make a model of every position that is at work, and keep one more.
double variant_bytes(const config::RunConfig& config, double base, int threads) {
  return config.evaluation.adapters == model::Adapters::folded && !inputs::is_token_swarm(config) ? base * (threads + 1)
                                                                                                  : 0.0;
}

}  // namespace

double dense_vector_bytes(const config::RunConfig& config) {
  double numbers = 0.0;
  const std::span first(config.experts.data(), 1);
  for (const auto& file : weights::ExpertPool::files(first)) {
    if (file.extension() != ".safetensors") continue;
    const weights::SafetensorsFile weights(file);
    for (const auto& [name, entry] : weights.entries()) numbers += static_cast<double>(weights.tensor(name).numel());
  }
  return sizeof(float) * numbers;
}

std::int64_t computed_tokens(const evaluation::ItemList& block, const evaluation::Workload& workload) {
  std::vector<evaluation::TokenIds> first;
  std::vector<evaluation::TokenIds> second;
  for (const std::size_t item : block) {
    for (evaluation::TokenIds& sequence : evaluation::sequences_of(workload.items[item]))
      first.push_back(std::move(sequence));
    const auto& checks = workload.items[item].checks;
    if (!checks.empty()) second.push_back(checks.front());
  }
  return shared_rows(first) + shared_rows(second);
}

std::int64_t output_tokens(const evaluation::WorkItem& item, std::span<const task::Task> tasks) {
  const int passes = item.checks.empty() ? 1 : 2;
  return static_cast<std::int64_t>(passes) * tasks[item.task].max_new_tokens();
}

double expert_bytes(const config::RunConfig& config) { return file_bytes(config.experts); }

double memory_per_rank(const config::RunConfig& config, std::span<const task::Task> tasks,
                       const evaluation::Workload& workload, int threads, int ranks) {
  const bool half = inputs::precision(config.evaluation.dtype, 0) == model::Precision::bfloat16;
  const double number_bytes = half ? 2.0 : 4.0;
  const double base = model_bytes(config.model, number_bytes);
  return base + reward_bytes(config, number_bytes) + variant_bytes(config, base, threads) +
         resident_bytes(config, base, number_bytes) + dense_bytes(config, ranks) +
         threads * thread_bytes(config, tasks, workload, number_bytes);
}

}  // namespace shoal::plan
