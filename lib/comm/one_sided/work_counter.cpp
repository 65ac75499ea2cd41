#include "comm/one_sided/work_counter.hpp"

#include "comm/one_sided/mpi_window.hpp"

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
  MpiWorkCounter(const MpiCommunicator& comm, std::int64_t total)
      : window_(comm, std::as_bytes(std::span(&zero, 1)), sizeof zero, window_memory(comm)), total_(total) {}

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

  void progress() override { window_.progress(); }

 private:
  std::int64_t add(std::int64_t step) {
    std::int64_t before = 0;
    check(MPI_Fetch_and_op(&step, &before, MPI_INT64_T, 0, 0, MPI_SUM, window_.native()), "MPI_Fetch_and_op");
    check(MPI_Win_flush(0, window_.native()), "MPI_Win_flush");
    return before;
  }

  static constexpr std::int64_t zero = 0;

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
