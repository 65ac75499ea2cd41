#pragma once

#include <c10/core/Device.h>

#include <cstdint>
#include <functional>
#include <memory>

namespace shoal::model {

/// Steps that were recorded once and are replayed as one launch, one per bucket of rows.
class StepGraphs {
 public:
  virtual ~StepGraphs() = default;
  virtual bool has(std::int64_t bucket) const = 0;

  /// Records what `step` queues on the device, without doing it. The tensors that the step reads and writes keep their
  /// addresses; it must have been done once before, and does not wait for the device.
  virtual void record(std::int64_t bucket, const std::function<void()>& step) = 0;

  /// Does what was recorded.
  virtual void replay(std::int64_t bucket) = 0;
};

/// CUDA graphs; null on CPUs, which have nothing of the kind.
std::unique_ptr<StepGraphs> make_step_graphs(at::Device device);

}  // namespace shoal::model
