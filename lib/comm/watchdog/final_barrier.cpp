#include "comm/watchdog/final_barrier.hpp"

#include <thread>

#include "comm/mpi_communicator_impl.hpp"

namespace shoal::comm {
namespace {

using Clock = std::chrono::steady_clock;

class SerialFinalBarrier : public FinalBarrier {
 public:
  bool wait(std::chrono::duration<double>) override { return true; }
};

class MpiFinalBarrier : public FinalBarrier {
 public:
  explicit MpiFinalBarrier(const MpiCommunicator& comm) : comm_(duplicate(comm.native())) {}

  // A communicator with a barrier under way cannot be freed; the process is about to end anyway.
  ~MpiFinalBarrier() override {
    if (request_ != MPI_REQUEST_NULL) comm_.release();
  }

  bool wait(std::chrono::duration<double> patience) override {
    if (!entered_) check(MPI_Ibarrier(comm_.value(), &request_), "MPI_Ibarrier");
    entered_ = true;
    for (const auto begin = Clock::now(); !all_here(); std::this_thread::sleep_for(std::chrono::milliseconds(1))) {
      if (Clock::now() - begin > patience) return false;
    }
    return true;
  }

 private:
  bool all_here() {
    int flag = 0;
    check(MPI_Test(&request_, &flag, MPI_STATUS_IGNORE), "MPI_Test");
    return flag != 0;
  }

  MpiComm comm_;
  MPI_Request request_ = MPI_REQUEST_NULL;
  bool entered_ = false;
};

}  // namespace

std::unique_ptr<FinalBarrier> make_final_barrier(const Communicator& comm) {
  if (const auto* mpi = dynamic_cast<const MpiCommunicator*>(&comm)) return std::make_unique<MpiFinalBarrier>(*mpi);
  expect(comm.size() == 1, "this communicator has no final barrier.");
  return std::make_unique<SerialFinalBarrier>();
}

}  // namespace shoal::comm
