#include <cuda_runtime.h>
#include <nccl.h>

#include <cstring>
#include <string>
#include <thread>

#include "base/error.hpp"
#include "base/handle.hpp"
#include "comm/agree.hpp"
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

/// Chooses the device and opens a stream on it.
Handle<StreamTraits> open_stream(const Communicator& comm) {
  int devices = 0;
  check(cudaGetDeviceCount(&devices), "cudaGetDeviceCount");
  if (devices == 0) fail(ExitCode::peer, "rank {} sees no GPU. Ask for one in the job.", comm.rank());
  check(cudaSetDevice(comm.local_rank() % devices), "cudaSetDevice");
  cudaStream_t stream = nullptr;
  check(cudaStreamCreate(&stream), "cudaStreamCreate");
  return Handle<StreamTraits>(stream);
}

ncclUniqueId common_id(const Communicator& comm) {
  ncclUniqueId id{};
  agree(comm, [&] {
    if (comm.rank() == 0) check(ncclGetUniqueId(&id), "ncclGetUniqueId");
  });
  const std::string bytes = comm.broadcast(std::string(id.internal, sizeof id.internal));
  std::memcpy(id.internal, bytes.data(), sizeof id.internal);
  return id;
}

class NcclCollectives : public DeviceCollectives {
 public:
  // A rank that failed alone would leave the others waiting: every step succeeds or fails on all of them.
  explicit NcclCollectives(const Communicator& comm) {
    agree(comm, [&] { stream_ = open_stream(comm); });
    const ncclUniqueId id = common_id(comm);
    agree(comm, [&] {
      ncclComm_t nccl = nullptr;
      check(ncclCommInitRank(&nccl, comm.size(), id, comm.rank()), "ncclCommInitRank");
      nccl_ = Handle<NcclTraits>(nccl);
    });
  }

  void all_reduce(const Buffer& buffer, ReduceOp op) override {
    const ncclRedOp_t operation = op == ReduceOp::sum ? ncclSum : ncclMax;
    check(ncclAllReduce(buffer.data, buffer.data, buffer.count, type_of(buffer), operation, nccl_.value(),
                        stream_.value()),
          "ncclAllReduce");
    wait("ncclAllReduce");
  }

  void broadcast(const Buffer& buffer, int root) override {
    check(ncclBroadcast(buffer.data, buffer.data, buffer.count, type_of(buffer), root, nccl_.value(), stream_.value()),
          "ncclBroadcast");
    wait("ncclBroadcast");
  }

 private:
  /// Until the stream is empty. When a peer is gone its kernel would spin for ever, so NCCL is asked as well.
  void wait(const char* call) const {
    cudaError_t state = cudaErrorNotReady;
    while ((state = cudaStreamQuery(stream_.value())) == cudaErrorNotReady) {
      ncclResult_t result = ncclSuccess;
      check(ncclCommGetAsyncError(nccl_.value(), &result), call);
      check(result, call);
      std::this_thread::yield();
    }
    check(state, call);
  }

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
