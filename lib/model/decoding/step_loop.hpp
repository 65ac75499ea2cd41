#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "model/decoding/decoder.hpp"
#include "model/decoding/sequence.hpp"
#include "model/decoding/step_graphs.hpp"

namespace shoal::model {

/// Where the sequences of a StepLoop live.
struct StepSpace {
  std::int64_t longest;  ///< most positions that a sequence may reach
  std::int64_t spare;    ///< cache row that belongs to nobody
  at::Device device;
};

/// A bucket is recorded when at least this many steps may follow: recording costs about as much as ten steps that are
/// queued kernel by kernel (an estimate: not yet measured).
inline constexpr std::int64_t steps_worth_recording = 16;

/// Decoding in which shapes stay and tokens remain on the device: each step feeds the next, and the host reads the new
/// tokens once per step, only to see which sequences have ended. These leave when the others fit into a smaller bucket.
class StepLoop {
 public:
  /// `decoder` and `config` outlive this. `graphs` may be null: then every step is queued kernel by kernel.
  /// `cancelled` is polled and `steps` counted up before every step; both may be null.
  StepLoop(const Decoder& decoder, const ModelConfig& config, StepSpace space, std::unique_ptr<StepGraphs> graphs,
           const std::atomic<bool>* cancelled, std::atomic<std::uint64_t>* steps = nullptr);

  /// Continues all sequences, each with at least one token generated, to their end. Throws Cancelled.
  void run(std::vector<Sequence> sequences);

 private:
  struct Active;
  void do_step(StepRows& rows, std::int64_t steps_left);
  const std::int64_t* read_tokens(const StepRows& rows) const;
  static std::int64_t steps_left(const std::vector<Active>& active);
  static void shrink(StepRows& rows, std::vector<Active>& active);

  const Decoder& decoder_;
  const ModelConfig& config_;
  StepSpace space_;
  std::unique_ptr<StepGraphs> graphs_;
  const std::atomic<bool>* cancelled_;
  std::atomic<std::uint64_t>* steps_;
  std::int64_t tried_ = 0;  // the bucket of the last step that was queued kernel by kernel
  at::Tensor read_;         // [bucket of the first step], in memory that the device can write to
};

}  // namespace shoal::model
