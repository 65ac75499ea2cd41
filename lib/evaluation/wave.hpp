#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "comm/communicator.hpp"
#include "comm/device/device_collectives.hpp"
#include "evaluation/schedule/throughput_monitor.hpp"
#include "evaluation/workload.hpp"
#include "model/decoding/generation.hpp"
#include "swarm/state.hpp"
#include "weights/model_delta.hpp"

namespace shoal::evaluation {

/// What became of one item under one position.
struct ItemResult {
  std::vector<std::int32_t> output_ids;
  std::string output;
  task::Outcome outcome;
};

/// A weight vector in place of coordinates (dense positions), in the order of tensor::FlatLayout.
struct DenseView {
  std::optional<int> owner;        ///< the only rank that can evaluate it; empty: every rank holds it
  std::span<const float> weights;  ///< empty where not held; not changed while a wave is under way
};

class ClusterExperts;

/// Experts that write each answer together.
struct Pack {
  std::size_t experts = 0;                         ///< how many of them; 0: no pack
  std::shared_ptr<const ClusterExperts> clusters;  ///< say who knows a prompt (cBTM); null: perplexity (Pack of LLMs)
};

/// A position to be evaluated, block after block.
struct Assignment {
  swarm::Coordinates position;   ///< over the experts' weights, or over what they say (see Evaluator::experts)
  std::vector<ItemList> blocks;  ///< the items to be scored; where fewer may be enough, the most telling first
  /// What earlier waves have found, one number per item of the workload, NaN where nothing. Empty: nothing at all.
  std::vector<double> known;
  /// Given the scores so far (NaN where unknown): whether nobody needs the rest. Empty: everything is needed.
  std::function<bool(std::span<const double>)> enough;
  std::optional<DenseView> dense = std::nullopt;    ///< instead of `position`. In one wave all have owners, or none
  std::function<weights::ModelDelta()> model = {};  ///< instead of both: makes the model, on whichever rank needs it
  Pack pack = {};                                   ///< instead of all
};

/// The scores of an assignment before its wave: `known`, or NaN for each of the workload's items.
std::vector<double> scores_before(const Assignment& assignment, std::size_t items);

/// Every item of the workload, in its own blocks.
Assignment complete_assignment(swarm::Coordinates position, const Workload& workload);
Assignment complete_dense_assignment(DenseView position, const Workload& workload);
Assignment complete_model_assignment(std::function<weights::ModelDelta()> model, const Workload& workload);

/// What one wave has found for one assignment.
struct PositionScores {
  std::vector<double> scores;  ///< one per item of the workload, known ones included; NaN where not scored
  std::vector<bool> parsed;
  bool cut = false;                     ///< `enough` was met before the last block: some items were left out
  model::GenerationCounts counts = {};  ///< of this rank
};

struct WaveScores {
  std::vector<PositionScores> positions;  ///< one per assignment, in order
  model::GenerationCounts counts;         ///< of this rank
  bool interrupted = false;               ///< the wave was given up (asked for, or a service away); scores incomplete
};

enum class EarlyExit { on, off };

/// Whether each rank materialises the positions that it needs, or all ranks materialise every position together (then
/// waves hold one position at a time).
enum class Materialising { alone, together };

struct WaveOptions {
  int threads = 1;
  model::PrefixSharing prefix_sharing = model::PrefixSharing::on;
  EarlyExit early_exit = EarlyExit::on;
  model::Adapters adapters = model::Adapters::separate;
  /// Materialised models that a rank may hold at once. With enough for all positions of a wave, every position's first
  /// block is handed out before any second one, so that those that need no more are known early.
  std::size_t variants_kept = 2;
  Materialising materialising = Materialising::alone;
  /// Tokens that a thread computes at once: a block with more is worked off in parts.
  std::int64_t max_batch_tokens = std::numeric_limits<std::int64_t>::max();
};

class ExpertModels;
class SyntheticModel;

/// Everything that evaluations need and that stays the same from wave to wave. References must outlive the evaluator.
struct Evaluator {
  const comm::Communicator& comm;
  const model::LanguageModel& base;
  const text::Tokenizer& tokenizer;
  std::span<const task::Task> tasks;
  std::function<weights::ModelDelta(const swarm::Coordinates&)> materialise;  ///< empty with `experts`
  WaveOptions options;
  /// Token swarms: the models whose distributions a position weighs; else null, and positions are materialised.
  const ExpertModels* experts = nullptr;
  std::function<bool()> interrupted = [] { return false; };
  /// Called on the driving thread now and then with the number of units of work handed out so far and their total.
  std::function<void(std::int64_t, std::int64_t)> progress = [](std::int64_t, std::int64_t) {};
  /// Hears why a wave was given up when nobody asked for it.
  std::function<void(const std::string&)> warn = [](const std::string&) {};
  comm::DeviceCollectives* device = nullptr;  ///< what sums the scores over ranks; null: `comm`
  ThroughputMonitor* pace = nullptr;          ///< told of every block, if given
  const SyntheticModel* synthetic = nullptr;  ///< instead of the model; no result then
  comm::Phase phase = comm::Phase::evaluating;
  /// The model that a weight vector means; empty when no position is dense.
  std::function<weights::ModelDelta(std::span<const float>)> dense_model = {};
};

using ItemCallback = std::function<void(std::size_t position, std::size_t item, ItemResult)>;

/// Scores every assignment until it is `enough`. (position, block) tasks are taken from a counter shared by all ranks;
/// each is computed by exactly one, and every rank returns the same bits. Which items count as scored depends on the
/// assignments alone: those of the shortest run of leading blocks that is enough; what was computed beyond (while that
/// was not yet known) is thrown away. `keep`, if given, sees the details of everything computed on this rank; it is
/// called from worker threads, once per (position, item). Collective. Errors of one rank are thrown on all.
WaveScores evaluate(const Evaluator& evaluator, std::span<const Assignment> assignments, const Workload& workload,
                    const ItemCallback& keep = {});

/// The same for complete assignments.
WaveScores evaluate(const Evaluator& evaluator, std::span<const swarm::Coordinates> positions, const Workload& workload,
                    const ItemCallback& keep = {});

}  // namespace shoal::evaluation
