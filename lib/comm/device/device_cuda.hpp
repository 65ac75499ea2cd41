#pragma once

// Private to this module: what it uses of the CUDA runtime.

#include <cuda_runtime.h>

#include <string>

#include "base/buffer.hpp"
#include "base/handle.hpp"
#include "comm/communicator.hpp"

namespace shoal::comm {

struct StreamTraits {
  using Value = cudaStream_t;
  static Value empty() { return nullptr; }
  static void close(Value value) { cudaStreamDestroy(value); }
};
using Stream = Handle<StreamTraits>;

struct DeviceMemoryTraits {
  using Value = void*;
  static Value empty() { return nullptr; }
  static void close(Value value) { cudaFree(value); }
};
using DeviceMemory = Handle<DeviceMemoryTraits>;

/// Throws Error{peer} with CUDA's words.
void check(cudaError_t result, const char* call);

Stream make_stream();

/// Makes the device of this rank the current one and returns its name, "GPU 0 (GPU-4d5f…)". Throws Error{peer}.
std::string choose_device(const Communicator& comm);

/// Throws Error{peer} when two ranks have the same name of a device: NCCL needs one device per rank. Collective.
void expect_own_devices(const Communicator& comm, const std::string& device);

/// A buffer as the device sees it: itself, or a copy of one in host memory.
class Staged {
 public:
  Staged(const Buffer& buffer, cudaStream_t stream);
  void* data() const { return memory_ ? memory_.value() : buffer_.data; }
  void copy_in() const;   ///< queued on the stream
  void copy_out() const;  ///< complete on return

 private:
  Buffer buffer_;
  cudaStream_t stream_;
  DeviceMemory memory_;
};

}  // namespace shoal::comm
