#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "config/run_config.hpp"
#include "evaluation/expert_models.hpp"
#include "evaluation/wave.hpp"
#include "model/parameters/adapters.hpp"
#include "model/parameters/language_model.hpp"
#include "task/task.hpp"
#include "text/tokenizer/tokenizer.hpp"
#include "weights/pool/expert_pool.hpp"

namespace shoal::inputs {

/// Everything that a configuration points at, read.
struct Inputs {
  std::vector<task::Task> tasks;
  text::Tokenizer tokenizer;
  model::LanguageModel base;
  std::optional<weights::ExpertPool> pool = std::nullopt;  ///< what positions sum; empty in token swarms
  std::optional<evaluation::ExpertModels> experts =
      std::nullopt;              ///< whose answers positions weigh; only in token swarms
  std::size_t reward_bytes = 0;  ///< of the models that score answers

  const std::vector<std::string>& expert_names() const { return experts ? experts->names() : pool->names(); }
  std::size_t expert_bytes() const { return experts ? experts->bytes() : pool->bytes(); }
  std::size_t bytes_beside_base() const { return expert_bytes() + reward_bytes; }
  const evaluation::ExpertModels* experts_to_ask() const { return experts ? &*experts : nullptr; }
};

/// Whether experts answer together, each a model of its own.
bool is_token_swarm(const config::RunConfig& config);

/// What positions mix, for people: the merge space, or "tokens".
const std::string& merging_of(const config::RunConfig& config);

/// The checks that need no weights: data sets, model and adapter headers, tokenizer files. Fast, and the first thing
/// that a run does, so that wrong inputs are told in a second. Returns the tasks. Throws Error{input}.
std::vector<task::Task> check_inputs(const config::RunConfig& config);

/// Reads what check_inputs has left. `device_index`: the local rank, for builds with GPUs, one of `local_size`. What
/// need not be checked by every rank is shared out; weights of base and experts come from `source` where the device has
/// memory of its own. Throws Error{input}.
Inputs load_inputs(const config::RunConfig& config, std::vector<task::Task> tasks, int device_index,
                   const weights::Share& share = {}, const weights::WeightSource& source = {}, int local_size = 1);

/// The most tokens of a prompt with its answer: what the model, and the experts of a token swarm, can look back on.
std::size_t context_of(const config::RunConfig& config);

/// Loads the models that score answers of `tasks`, to compute beside `base` and `other_bytes` more. Returns their
/// bytes. Throws Error{input}, Error{resource}.
std::size_t prepare_scorers(std::span<task::Task> tasks, const model::LanguageModel& base, std::size_t other_bytes,
                            int threads, int local_size);

/// Files to identify by SHA-256 in run.json: model, experts, data.
std::vector<std::filesystem::path> input_files(const config::RunConfig& config);

model::Precision precision(const std::string& dtype, int device_index);
const char* name_of(model::Precision precision);

/// The worker threads of this rank: as configured, else the processors it may use, shared with the other ranks of its
/// node; on a GPU one, which keeps it busy.
int thread_count(std::optional<int> configured, int local_size);

/// Materialised models to keep, each of so many bytes: what fits into a gibibyte, at least two. A variant with factors
/// of its own costs little beside the base, so many are kept.
std::size_t variants_within_memory(std::size_t bytes_of_one);

/// How the positions of a run are evaluated by one of `local_size` ranks on this node with `threads` threads.
evaluation::WaveOptions wave_options(const config::RunConfig& config, const Inputs& inputs, int threads,
                                     int local_size);

/// Tokens that a thread computes at once: as configured, else what the memory of the device allows each of `threads`
/// threads of `local_size` ranks.
std::int64_t batch_tokens(std::optional<std::size_t> configured, const model::LanguageModel& base,
                          std::size_t pool_bytes, int threads, int local_size);

}  // namespace shoal::inputs
