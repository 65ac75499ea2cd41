#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "comm/communicator.hpp"
#include "model/generation.hpp"
#include "search/workload.hpp"
#include "swarm/state.hpp"
#include "tensor/model_delta.hpp"

namespace shoal::search {

/// What became of one item under one position.
struct ItemResult {
  std::vector<std::int32_t> output_ids;
  std::string output;
  task::Outcome outcome;
};

/// The scores of one wave: for each position (in the order given) one number per item of the workload.
struct WaveScores {
  std::vector<std::vector<double>> scores;
  std::vector<std::vector<bool>> parsed;
  model::GenerationCounts counts;
  bool interrupted = false;  ///< the wave was given up; scores are incomplete
};

enum class EarlyExit { on, off };

struct WaveOptions {
  int threads = 1;
  model::PrefixSharing prefix_sharing = model::PrefixSharing::on;
  EarlyExit early_exit = EarlyExit::on;
};

/// Everything that evaluations need and that stays the same from wave to wave. References must outlive the evaluator.
struct Evaluator {
  const comm::Communicator& comm;
  const model::LanguageModel& base;
  const model::Tokenizer& tokenizer;
  std::span<const task::Task> tasks;
  std::function<tensor::ModelDelta(const swarm::Coordinates&)> materialise;
  WaveOptions options;
  std::function<bool()> interrupted = [] { return false; };
  /// Called on the driving thread now and then with the number of blocks handed out here and their total.
  std::function<void(std::int64_t, std::int64_t)> progress = [](std::int64_t, std::int64_t) {};
};

/// Evaluates every position on every item. (position, block) tasks are taken from a counter shared by all ranks; scores
/// are summed over ranks (each is computed by exactly one), so that every rank returns the same bits. `keep`, if given,
/// sees the details of the items computed on this rank; it is called from worker threads, once per (position, item).
/// Collective. Errors of one rank are thrown on all.
WaveScores evaluate(const Evaluator& evaluator, std::span<const swarm::Coordinates> positions, const Workload& workload,
                    const std::function<void(std::size_t, std::size_t, ItemResult)>& keep = {});

}  // namespace shoal::search
