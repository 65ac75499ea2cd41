#include "comm/work_counter.hpp"

#include "comm/mpi_communicator_impl.hpp"

namespace shoal::comm {
namespace {

class SerialWorkCounter : public WorkCounter {
 public:
  explicit SerialWorkCounter(std::int64_t total) : total_(total) {}
  std::optional<std::int64_t> next() override { return next_ < total_ ? std::optional(next_++) : std::nullopt; }
  void exhaust() override { next_ = total_; }
  void progress() override {}

 private:
  std::int64_t next_ = 0;
  std::int64_t total_;
};

/// The counter lies in rank 0's window; every rank adds to it with one-sided operations, rank 0 included.
class MpiWorkCounter : public WorkCounter {
 public:
  MpiWorkCounter(const MpiCommunicator& comm, std::int64_t total) : comm_(comm), total_(total) {
    const Pulse::Waiting waiting(comm.pulse());
    window_ = open_window(comm.native(), &count_, comm.rank() == 0 ? sizeof count_ : 0, sizeof count_);
    comm.barrier();
  }

  ~MpiWorkCounter() override {
    const Pulse::Waiting waiting(comm_.pulse());
    window_ = MpiWindow();
  }

  std::optional<std::int64_t> next() override {
    if (exhausted_) return std::nullopt;
    const std::int64_t number = add(1);
    exhausted_ = number >= total_;
    return exhausted_ ? std::nullopt : std::optional(number);
  }

  void exhaust() override {
    if (!exhausted_) add(total_);
    exhausted_ = true;
  }

  void progress() override {
    int flag = 0;
    check(MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, comm_.native(), &flag, MPI_STATUS_IGNORE), "MPI_Iprobe");
  }

 private:
  std::int64_t add(std::int64_t step) {
    std::int64_t before = 0;
    check(MPI_Fetch_and_op(&step, &before, MPI_INT64_T, 0, 0, MPI_SUM, window_.value()), "MPI_Fetch_and_op");
    check(MPI_Win_flush(0, window_.value()), "MPI_Win_flush");
    return before;
  }

  const MpiCommunicator& comm_;
  std::int64_t count_ = 0;  // rank 0's is everybody's
  MpiWindow window_;
  std::int64_t total_;
  bool exhausted_ = false;
};

}  // namespace

std::unique_ptr<WorkCounter> make_work_counter(const Communicator& comm, std::int64_t total) {
  if (const auto* mpi = dynamic_cast<const MpiCommunicator*>(&comm))
    return std::make_unique<MpiWorkCounter>(*mpi, total);
  expect(comm.size() == 1, "this communicator has no work counter.");
  return std::make_unique<SerialWorkCounter>(total);
}

}  // namespace shoal::comm
