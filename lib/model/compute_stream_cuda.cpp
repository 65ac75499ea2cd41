#include <ATen/cuda/CUDAEvent.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

#include <map>

#include "model/compute_stream.hpp"

namespace shoal::model {

namespace {

// One stream per thread and GPU for the life of the thread: the allocator keeps freed memory per stream, and streams
// are never destroyed.
c10::cuda::CUDAStream stream_of_this_thread(c10::DeviceIndex device) {
  thread_local std::map<c10::DeviceIndex, c10::cuda::CUDAStream> streams;
  const auto found = streams.find(device);
  if (found != streams.end()) return found->second;
  return streams.emplace(device, c10::cuda::getStreamFromPool(false, device)).first->second;
}

}  // namespace

struct ComputeStream::Guard {
  c10::cuda::CUDAStream before;
  c10::cuda::CUDAStream stream;
  c10::cuda::CUDAStreamGuard guard;

  explicit Guard(at::Device device)
      : before(c10::cuda::getCurrentCUDAStream(device.index())),
        stream(stream_of_this_thread(device.index())),
        guard(stream) {
    at::cuda::CUDAEvent queued;
    queued.record(before);
    queued.block(stream);
  }
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;
  // Not stream.synchronize(): it throws, and the failure that it would tell comes back with the next call.
  ~Guard() { static_cast<void>(cudaStreamSynchronize(stream.stream())); }
};

ComputeStream::ComputeStream(at::Device device) {
  if (device.is_cuda()) guard_ = std::make_unique<Guard>(device);
}
ComputeStream::~ComputeStream() = default;

void wait_for(at::Device device) {
  if (device.is_cuda()) c10::cuda::getCurrentCUDAStream(device.index()).synchronize();
}

}  // namespace shoal::model
