#pragma once

#include <c10/core/Device.h>

#include <memory>

namespace shoal::model {

/// While it lives, what the calling thread queues on a GPU goes to a stream of that thread's own, behind everything
/// that was queued before on the current one. Recording steps needs such a stream. At its end the thread waits for the
/// stream, so that memory which the work has read may be given back. Nothing on CPUs.
class ComputeStream {
 public:
  explicit ComputeStream(at::Device device);
  ComputeStream(const ComputeStream&) = delete;
  ComputeStream& operator=(const ComputeStream&) = delete;
  ~ComputeStream();

 private:
  struct Guard;
  std::unique_ptr<Guard> guard_;
};

/// Waits until the device has done what the calling thread has queued on its current stream. Nothing on CPUs.
void wait_for(at::Device device);

}  // namespace shoal::model
