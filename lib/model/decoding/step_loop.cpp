#include "model/decoding/step_loop.hpp"

#include <ATen/ops/argmax.h>
#include <ATen/ops/empty.h>

#include <algorithm>
#include <utility>

#include "model/compute_stream.hpp"

namespace shoal::model {

/// An unfinished sequence and its row.
struct StepLoop::Active {
  Sequence sequence;
  std::int64_t row;
};

StepLoop::StepLoop(const Decoder& decoder, const ModelConfig& config, StepSpace space,
                   std::unique_ptr<StepGraphs> graphs, const std::atomic<bool>* cancelled,
                   std::atomic<std::uint64_t>* steps)
    : decoder_(decoder),
      config_(config),
      space_(space),
      graphs_(std::move(graphs)),
      cancelled_(cancelled),
      steps_(steps) {}

std::int64_t StepLoop::steps_left(const std::vector<Active>& active) {
  std::int64_t most = 0;
  for (const Active& each : active) most = std::max(most, each.sequence.tokens_left());
  return most;
}

// The first step of a bucket is always queued kernel by kernel: libraries set themselves up in it, which must not be
// recorded.
void StepLoop::do_step(StepRows& rows, std::int64_t steps_left) {
  const auto bucket = rows.bucket();
  const auto step = [&] { rows.advance(decoder_.step(rows.input()).argmax(-1)); };
  if (graphs_ && !graphs_->has(bucket) && tried_ == bucket && steps_left >= steps_worth_recording) {
    graphs_->record(bucket, step);
  }
  if (graphs_ && graphs_->has(bucket)) return graphs_->replay(bucket);
  step();
  tried_ = bucket;
}

// The one wait of a step.
const std::int64_t* StepLoop::read_tokens(const StepRows& rows) const {
  read_.narrow(0, 0, rows.bucket()).copy_(rows.tokens(), /*non_blocking=*/true);
  wait_for(space_.device);
  return read_.const_data_ptr<std::int64_t>();
}

// Compacts the rows when fewer would do.
void StepLoop::shrink(StepRows& rows, std::vector<Active>& active) {
  if (active.empty() || bucket_for(static_cast<std::int64_t>(active.size())) == rows.bucket()) return;
  std::vector<std::int64_t> kept;
  for (Active& each : active) kept.push_back(std::exchange(each.row, static_cast<std::int64_t>(kept.size())));
  rows.keep(kept);
}

void StepLoop::run(std::vector<Sequence> sequences) {
  if (sequences.empty()) return;
  StepRows rows(sequences, space_.longest, space_.spare, space_.device);
  read_ = at::empty({rows.bucket()}, at::TensorOptions(at::kLong).pinned_memory(!space_.device.is_cpu()));
  std::vector<Active> active;
  for (Sequence& sequence : sequences)
    active.push_back({std::move(sequence), static_cast<std::int64_t>(active.size())});
  while (!active.empty()) {
    if (cancelled_ != nullptr && cancelled_->load(std::memory_order_relaxed)) throw Cancelled{};
    if (steps_ != nullptr) steps_->fetch_add(1, std::memory_order_relaxed);
    do_step(rows, steps_left(active));
    const std::int64_t* tokens = read_tokens(rows);
    std::erase_if(active, [&](Active& a) { return a.sequence.accept(config_, static_cast<TokenId>(tokens[a.row])); });
    shrink(rows, active);
  }
}

}  // namespace shoal::model
