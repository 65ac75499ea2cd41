#include <cuda_runtime.h>
#include <nccl.h>

#include <cstring>
#include <string>

#include "base/error.hpp"
#include "base/handle.hpp"
#include "comm/device_collectives.hpp"
#include "comm/versions.hpp"

namespace shoal::comm {
namespace {

struct NcclTraits {
  using Value = ncclComm_t;
  static Value empty() { return nullptr; }
  // Abort, not destroy: destroying waits for peers that may be gone, and nothing is in flight between two calls.
  static void close(Value value) { ncclCommAbort(value); }
};

struct StreamTraits {
  using Value = cudaStream_t;
  static Value empty() { return nullptr; }
  static void close(Value value) { cudaStreamDestroy(value); }
};

void check(ncclResult_t result, const char* call) {
  if (result != ncclSuccess)
    fail(ExitCode::peer, "{} failed ({}). A peer rank or device may be gone.", call, ncclGetErrorString(result));
}

void check(cudaError_t result, const char* call) {
  if (result != cudaSuccess)
    fail(ExitCode::peer, "{} failed ({}). Check the device.", call, cudaGetErrorString(result));
}

ncclDataType_t type_of(const Buffer& buffer) {
  expect(buffer.device == Device::cuda, "NCCL collectives work on device memory.");
  switch (buffer.type) {
    case ScalarType::float32:
      return ncclFloat32;
    case ScalarType::float64:
      return ncclFloat64;
    case ScalarType::bfloat16:
      return ncclBfloat16;
  }
  return ncclFloat32;
}

void use_device_of(const Communicator& comm) {
  int devices = 0;
  check(cudaGetDeviceCount(&devices), "cudaGetDeviceCount");
  if (devices == 0) fail(ExitCode::peer, "rank {} sees no GPU. Ask for one in the job.", comm.rank());
  check(cudaSetDevice(comm.local_rank() % devices), "cudaSetDevice");
}

ncclUniqueId common_id(const Communicator& comm) {
  ncclUniqueId id{};
  if (comm.rank() == 0) check(ncclGetUniqueId(&id), "ncclGetUniqueId");
  const std::string bytes = comm.broadcast(std::string(id.internal, sizeof id.internal));
  std::memcpy(id.internal, bytes.data(), sizeof id.internal);
  return id;
}

class NcclCollectives : public DeviceCollectives {
 public:
  explicit NcclCollectives(const Communicator& comm) {
    use_device_of(comm);
    cudaStream_t stream = nullptr;
    check(cudaStreamCreate(&stream), "cudaStreamCreate");
    stream_ = Handle<StreamTraits>(stream);
    ncclComm_t nccl = nullptr;
    check(ncclCommInitRank(&nccl, comm.size(), common_id(comm), comm.rank()), "ncclCommInitRank");
    nccl_ = Handle<NcclTraits>(nccl);
  }

  void all_reduce(const Buffer& buffer, ReduceOp op) override {
    const ncclRedOp_t operation = op == ReduceOp::sum ? ncclSum : ncclMax;
    check(ncclAllReduce(buffer.data, buffer.data, buffer.count, type_of(buffer), operation, nccl_.value(),
                        stream_.value()),
          "ncclAllReduce");
    check(cudaStreamSynchronize(stream_.value()), "ncclAllReduce");
  }

  void broadcast(const Buffer& buffer, int root) override {
    check(ncclBroadcast(buffer.data, buffer.data, buffer.count, type_of(buffer), root, nccl_.value(), stream_.value()),
          "ncclBroadcast");
    check(cudaStreamSynchronize(stream_.value()), "ncclBroadcast");
  }

 private:
  Handle<StreamTraits> stream_;
  Handle<NcclTraits> nccl_;
};

}  // namespace

bool has_device_collectives() { return true; }

std::unique_ptr<DeviceCollectives> make_device_collectives(const Communicator& comm) {
  return std::make_unique<NcclCollectives>(comm);
}

std::string nccl_version() {
  int version = 0;
  if (ncclGetVersion(&version) != ncclSuccess) return "unknown";
  return fmt::format("{}.{}.{}", version / 10000, version / 100 % 100, version % 100);
}

}  // namespace shoal::comm
