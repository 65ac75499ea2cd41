#include "comm/device/device_cuda.hpp"

#include <fmt/format.h>

#include <vector>

#include "base/error.hpp"

namespace shoal::comm {
namespace {

/// As nvidia-smi writes it: GPU-8-4-4-4-12 hexadecimal digits.
std::string to_text(const cudaUUID_t& uuid) {
  std::string text = "GPU-";
  for (std::size_t i = 0; i < sizeof uuid.bytes; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += fmt::format("{:02x}", static_cast<unsigned char>(uuid.bytes[i]));
  }
  return text;
}

}  // namespace

void check(cudaError_t result, const char* call) {
  if (result != cudaSuccess) {
    fail(ExitCode::peer, "{} failed ({}). Check the device with nvidia-smi.", call, cudaGetErrorString(result));
  }
}

Stream make_stream() {
  cudaStream_t stream = nullptr;
  check(cudaStreamCreate(&stream), "cudaStreamCreate");
  return Stream(stream);
}

std::string choose_device(const Communicator& comm) {
  int devices = 0;
  check(cudaGetDeviceCount(&devices), "cudaGetDeviceCount");
  if (devices == 0) fail(ExitCode::peer, "rank {} sees no GPU. Ask for one in the job.", comm.rank());
  const int device = comm.local_rank() % devices;
  check(cudaSetDevice(device), "cudaSetDevice");
  cudaDeviceProp properties{};
  check(cudaGetDeviceProperties(&properties, device), "cudaGetDeviceProperties");
  return fmt::format("GPU {} ({})", device, to_text(properties.uuid));
}

void expect_own_devices(const Communicator& comm, const std::string& device) {
  const std::vector<std::string> devices = comm.all_gather(device.substr(device.find('(')));
  for (std::size_t rank = 0; rank < devices.size(); ++rank) {
    for (std::size_t other = 0; other < rank; ++other) {
      if (devices[rank] != devices[other]) continue;
      fail(ExitCode::peer, "ranks {} and {} have one device {} (NCCL needs one each). Start one rank per GPU.", other,
           rank, devices[rank]);
    }
  }
}

Staged::Staged(const Buffer& buffer, cudaStream_t stream) : buffer_(buffer), stream_(stream) {
  if (buffer.device == Device::cuda || buffer.count == 0) return;
  void* memory = nullptr;
  check(cudaMalloc(&memory, buffer.bytes()), "cudaMalloc");
  memory_ = DeviceMemory(memory);
}

void Staged::copy_in() const {
  if (!memory_) return;
  check(cudaMemcpyAsync(memory_.value(), buffer_.data, buffer_.bytes(), cudaMemcpyHostToDevice, stream_),
        "cudaMemcpyAsync");
}

void Staged::copy_out() const {
  if (!memory_) return;
  check(cudaMemcpyAsync(buffer_.data, memory_.value(), buffer_.bytes(), cudaMemcpyDeviceToHost, stream_),
        "cudaMemcpyAsync");
  check(cudaStreamSynchronize(stream_), "cudaStreamSynchronize");
}

}  // namespace shoal::comm
