#include "inputs/inputs.hpp"

#include <sched.h>

#include <algorithm>
#include <thread>

#include "base/error.hpp"
#include "model/decoding/batch_limit.hpp"
#include "model/device.hpp"
#include "model/model_config.hpp"
#include "task/scorer/reward_model.hpp"
#include "weights/peft/peft_adapter.hpp"
#include "weights/safetensors/safetensors.hpp"

namespace shoal::inputs {

namespace fs = std::filesystem;

model::Precision precision(const std::string& dtype, int device_index) {
  if (dtype == "float32") return model::Precision::float32;
  if (dtype == "bfloat16") return model::Precision::bfloat16;
  return model::automatic_precision(model::compute_device(device_index));
}

const char* name_of(model::Precision precision) {
  return precision == model::Precision::float32 ? "float32" : "bfloat16";
}

namespace {

/// Sums of products B A have no parameters of a fixed shape that could move on their own.
void check_positions(const config::RunConfig& config) {
  const bool dense = config.swarm.positions == swarm::Positions::dense;
  if (!dense || config.merge_space != weights::MergeSpace::delta || !weights::is_peft_adapter(config.experts.front()))
    return;
  fail(ExitCode::usage,
       "swarm.positions is dense and merge_space is delta (dense LoRA positions are the factors A and B themselves). "
       "Use merge_space: factors.");
}

void check_experts(const config::RunConfig& config) {
  if (is_token_swarm(config)) {
    evaluation::ExpertModels::check(config.experts, config.model);
  } else {
    weights::ExpertPool::check(config.experts, config.model, config.merge_space);
  }
}

/// Headers of what baselines read, and whether they can do with these experts.
void check_baselines(const config::RunConfig& config) {
  const config::BaselineScope scope = config::baseline_scope(config);
  for (const config::BaselineConfig& baseline : config.baselines) {
    const std::string obstacle = config::obstacle_to(baseline.name, scope);
    if (!obstacle.empty()) {
      fail(ExitCode::usage, "baselines has {}{}. List the baselines without it.", baseline.name, obstacle);
    }
    if (baseline.adapter.empty()) continue;
    weights::ExpertPool::check(std::span(&baseline.adapter, 1), config.model, config.merge_space);
  }
}

void check_blocks(const config::RunConfig& config, std::int64_t layers) {
  const int blocks = config.swarm.blocks;
  if (blocks > layers) {
    fail(ExitCode::usage, "swarm.blocks is {} (the model has {} layers). Set it to {} at most.", blocks, layers,
         layers);
  }
  if (blocks > 1 && config.evaluation.pool == config::Pool::sharded) {
    fail(ExitCode::usage,
         "swarm.blocks is {} and evaluation.pool is sharded (whose pieces are summed across layers). Use replicated.",
         blocks);
  }
}

}  // namespace

bool is_token_swarm(const config::RunConfig& config) { return config.swarm.positions == swarm::Positions::tokens; }

const std::string& merging_of(const config::RunConfig& config) {
  return is_token_swarm(config) ? swarm::positions_names().of(config.swarm.positions)
                                : weights::merge_space_names().of(config.merge_space);
}

std::size_t context_of(const config::RunConfig& config) {
  const auto models = is_token_swarm(config) ? std::span(config.experts) : std::span<const fs::path>();
  return static_cast<std::size_t>(evaluation::ExpertModels::context(models, config.model));
}

std::vector<task::Task> check_inputs(const config::RunConfig& config) {
  std::vector<task::Task> tasks;
  for (task::TaskConfig entry : config.utility.tasks) {
    // What services have replied stays with the run, unless it is to be shared between runs.
    if (entry.service.cache.empty()) entry.service.cache = config.output.run_dir / "service_replies" / entry.name;
    tasks.emplace_back(entry);
    for (const task::Split split : {task::Split::dev, task::Split::test}) {
      if (tasks.back().size(split) > 0) continue;
      fail(ExitCode::input, "task {} has no {} items (a search needs dev, its final table test). Add some.", entry.name,
           task::name_of(split));
    }
  }
  check_blocks(config, model::ModelConfig::load(config.model).layers);
  check_experts(config);
  check_positions(config);
  check_baselines(config);
  return tasks;
}

Inputs load_inputs(const config::RunConfig& config, std::vector<task::Task> tasks, int device_index,
                   const weights::Share& share, const weights::WeightSource& source, int local_size) {
  const auto device = model::compute_device(device_index);
  Inputs inputs{
      std::move(tasks), text::Tokenizer::load(config.model),
      model::LanguageModel::load(config.model, precision(config.evaluation.dtype, device_index), device, source)};
  if (is_token_swarm(config)) {
    inputs.experts = evaluation::ExpertModels::load(config.experts, inputs.base, config.model,
                                                    config.evaluation.adapters, share, source);
  } else {
    inputs.pool = weights::ExpertPool::load(config.experts, config.model, config.merge_space, device, share, source);
  }
  if (config.evaluation.pool == config::Pool::sharded && inputs.pool->kind() != weights::ExpertKind::full_model) {
    fail(ExitCode::usage, "evaluation.pool is sharded and the experts are adapters (which are small). Use replicated.");
  }
  const int threads = thread_count(config.evaluation.threads, local_size);
  inputs.reward_bytes = prepare_scorers(inputs.tasks, inputs.base, inputs.expert_bytes(), threads, local_size);
  return inputs;
}

std::size_t prepare_scorers(std::span<task::Task> tasks, const model::LanguageModel& base, std::size_t other_bytes,
                            int threads, int local_size) {
  task::RewardModels models({.precision = base.precision(),
                             .device = base.device(),
                             .other_bytes = static_cast<std::int64_t>(base.bytes() + other_bytes),
                             .sharers = threads * model::ranks_per_device(std::max(local_size, 1))});
  for (task::Task& task : tasks) task.prepare(models);
  return models.bytes();
}

namespace {

void add_model_files(const fs::path& folder, std::vector<fs::path>& files) {
  files.insert(files.end(), {folder / "config.json", folder / "tokenizer.json"});
  for (const auto& file : weights::SafetensorsFolder(folder).files()) files.push_back(file);
}

/// Of experts that are models of their own also what says how to run them.
void add_expert_files(const fs::path& folder, bool alone, std::vector<fs::path>& files) {
  if (alone && weights::ExpertPool::kind_of(folder) == weights::ExpertKind::full_model) {
    add_model_files(folder, files);
  } else {
    for (const auto& file : weights::ExpertPool::files(std::span(&folder, 1))) files.push_back(file);
  }
}

}  // namespace

std::vector<fs::path> input_files(const config::RunConfig& config) {
  std::vector<fs::path> files;
  add_model_files(config.model, files);
  for (const fs::path& expert : config.experts) add_expert_files(expert, is_token_swarm(config), files);
  for (const config::BaselineConfig& baseline : config.baselines) {
    if (baseline.adapter.empty()) continue;
    for (const auto& file : weights::ExpertPool::files(std::span(&baseline.adapter, 1))) files.push_back(file);
  }
  for (const task::TaskConfig& task : config.utility.tasks) {
    for (const auto& file : {task.data, task.dev_data, task.test_data}) {
      if (!file.empty()) files.push_back(file);
    }
    if (task.type == task::TaskType::reward) add_model_files(task.reward.model, files);
  }
  return files;
}

int thread_count(std::optional<int> configured, int local_size) {
  if (configured) return *configured;
  if (model::computes_on_gpu()) return 1;
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  const int processors = ::sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? CPU_COUNT(&allowed) : 1;
  // mpirun binds ranks to processors of their own when there are enough; unbound ranks share all of the node's.
  const int online = static_cast<int>(std::thread::hardware_concurrency());
  const bool bound = processors < online;
  return std::max(1, bound ? processors : processors / std::max(local_size, 1));
}

std::size_t variants_within_memory(std::size_t bytes_of_one) {
  constexpr std::size_t memory = std::size_t{1} << 30;
  return std::max<std::size_t>(memory / std::max<std::size_t>(bytes_of_one, 1), 2);
}

evaluation::WaveOptions wave_options(const config::RunConfig& config, const Inputs& inputs, int threads,
                                     int local_size) {
  evaluation::WaveOptions wave{threads};
  wave.adapters = config.evaluation.adapters;
  if (config.evaluation.pool == config::Pool::sharded) wave.materialising = evaluation::Materialising::together;
  const model::LanguageModel& model = inputs.experts ? inputs.experts->most_demanding() : inputs.base;
  wave.max_batch_tokens =
      batch_tokens(config.evaluation.max_batch_tokens, model, inputs.bytes_beside_base(), threads, local_size);
  if (inputs.experts) {
    wave.variants_kept = variants_within_memory(0);  // no position has weights of its own
    return wave;
  }
  const weights::ExpertPool& pool = *inputs.pool;
  if (pool.kind() == weights::ExpertKind::full_model || wave.adapters == model::Adapters::folded) return wave;
  const std::size_t delta = pool.merge_space() == weights::MergeSpace::delta ? pool.size() : 1;
  wave.variants_kept = variants_within_memory(pool.bytes() / pool.size() * delta);
  return wave;
}

std::int64_t batch_tokens(std::optional<std::size_t> configured, const model::LanguageModel& base,
                          std::size_t pool_bytes, int threads, int local_size) {
  if (configured) return static_cast<std::int64_t>(*configured);
  const int sharers = threads * model::ranks_per_device(std::max(local_size, 1));
  return model::automatic_batch_tokens(base, static_cast<std::int64_t>(pool_bytes), sharers);
}

}  // namespace shoal::inputs
