#include "comm/device/nccl_link_cuda.hpp"

#include <fmt/format.h>

#include <cstring>
#include <string>
#include <thread>

#include "base/error.hpp"
#include "comm/agree.hpp"
#include "comm/device/device_cuda.hpp"
#include "comm/versions.hpp"

namespace shoal::comm {
namespace {

using Clock = std::chrono::steady_clock;

void check(ncclResult_t result, const char* call) {
  if (result != ncclSuccess) fail(ExitCode::peer, "{} failed ({}). Check NCCL.", call, ncclGetErrorString(result));
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

}  // namespace

void expect_same_nccl() {
  int loaded = 0;
  check(ncclGetVersion(&loaded), "ncclGetVersion");
  // 22809 is 2.28.9; patches are compatible.
  if (loaded / 100 == NCCL_VERSION_CODE / 100) return;
  fail(ExitCode::peer,
       "NCCL {} is loaded and this program was built for {}.{} (LibTorch brings its own). "
       "Build with the nccl.h of that version, or put the other one first in LD_LIBRARY_PATH.",
       nccl_version(), NCCL_VERSION_CODE / 10000, NCCL_VERSION_CODE / 100 % 100);
}

/// Polls: in quick succession at first (a sum of scores takes microseconds), then leaving the core to the others.
class NcclLink::Wait {
 public:
  explicit Wait(Seconds patience) : patience_(patience) {}

  /// False when the patience is at its end.
  bool go_on() const {
    const Seconds waited = Clock::now() - begin_;
    if (waited < std::chrono::milliseconds(1)) {
      std::this_thread::yield();
    } else {
      std::this_thread::sleep_for(std::chrono::microseconds(100));
    }
    return waited < patience_;
  }

 private:
  Seconds patience_;
  Clock::time_point begin_ = Clock::now();
};

NcclLink::NcclLink(const Communicator& comm, cudaStream_t stream, Seconds patience)
    : comm_(comm), stream_(stream), patience_(patience) {
  const ncclUniqueId id = common_id(comm);
  // A rank that failed alone would leave the others waiting: this succeeds or fails on all of them.
  agree(comm, [&] {
    ncclConfig_t config = NCCL_CONFIG_INITIALIZER;
    config.blocking = 0;
    ncclComm_t link = nullptr;
    const ncclResult_t result = ncclCommInitRankConfig(&link, comm.size(), id, comm.rank(), &config);
    link_ = Handle<CommTraits>(link);
    Wait wait(patience_);
    settle("ncclCommInitRank", result, wait);
  });
}

void NcclLink::run(const char* name, const Operation& operation) {
  const Liveness::Waiting waiting(comm_.liveness());
  if (!link_) fail(ExitCode::peer, "{} cannot begin (an earlier operation failed). Resume the run.", name);
  Wait wait(patience_);
  settle(name, operation(link_.value(), stream_), wait);
  cudaError_t state = cudaErrorNotReady;
  // When a peer is gone the operation's kernel spins for ever, so NCCL is asked as well.
  while ((state = cudaStreamQuery(stream_)) == cudaErrorNotReady) settle(name, async_error(), wait);
  if (state != cudaSuccess) give_up(name, cudaGetErrorString(state));
}

/// Until the call is no longer in progress; one look after the clock in any case.
void NcclLink::settle(const char* name, ncclResult_t result, Wait& wait) {
  do {
    if (result != ncclSuccess && result != ncclInProgress) give_up(name, ncclGetErrorString(result));
    if (!wait.go_on()) give_up(name, fmt::format("not done after {} s", patience_.count()));
    if (result == ncclInProgress) result = async_error();
  } while (result != ncclSuccess);
}

ncclResult_t NcclLink::async_error() const {
  ncclResult_t state = ncclSuccess;
  const ncclResult_t asked = ncclCommGetAsyncError(link_.value(), &state);
  return asked == ncclSuccess ? state : asked;
}

void NcclLink::give_up(const char* name, const std::string& why) {
  link_ = Handle<CommTraits>();
  fail(ExitCode::peer, "{} failed on rank {} of {} ({}). A peer rank or its device hangs or is gone: resume the run.",
       name, comm_.rank(), comm_.size(), why);
}

}  // namespace shoal::comm
