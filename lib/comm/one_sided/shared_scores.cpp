#include "comm/one_sided/shared_scores.hpp"

#include <algorithm>
#include <limits>

#include "comm/one_sided/mpi_window.hpp"

namespace shoal::comm {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

class SerialScoreBoard : public SharedScores {
 public:
  explicit SerialScoreBoard(std::size_t size) : values_(size, unknown) {}

  void write(std::size_t first, std::span<const double> values) override {
    std::ranges::copy(values, values_.begin() + static_cast<std::ptrdiff_t>(first));
  }

  std::vector<double> read(std::size_t first, std::size_t count) const override {
    const auto begin = values_.begin() + static_cast<std::ptrdiff_t>(first);
    return {begin, begin + static_cast<std::ptrdiff_t>(count)};
  }

 private:
  std::vector<double> values_;
};

/// The table lies in rank 0's window. Accumulate operations, because only they may meet each other in one place.
class MpiScoreBoard : public SharedScores {
 public:
  MpiScoreBoard(const MpiCommunicator& comm, std::size_t size)
      : window_(comm, std::as_bytes(std::span<const double>(std::vector<double>(size, unknown))), sizeof(double),
                window_memory(comm)) {}

  void write(std::size_t first, std::span<const double> values) override {
    const auto count = static_cast<int>(values.size());
    check(MPI_Accumulate(values.data(), count, MPI_DOUBLE, 0, static_cast<MPI_Aint>(first), count, MPI_DOUBLE,
                         MPI_REPLACE, window_.native()),
          "MPI_Accumulate");
    check(MPI_Win_flush(0, window_.native()), "MPI_Win_flush");
  }

  std::vector<double> read(std::size_t first, std::size_t count) const override {
    window_.progress();  // between nodes, others' writes come through while rank 0 is inside MPI
    std::vector<double> values(count);
    const auto number = static_cast<int>(count);
    check(MPI_Get_accumulate(nullptr, 0, MPI_DOUBLE, values.data(), number, MPI_DOUBLE, 0, static_cast<MPI_Aint>(first),
                             number, MPI_DOUBLE, MPI_NO_OP, window_.native()),
          "MPI_Get_accumulate");
    check(MPI_Win_flush(0, window_.native()), "MPI_Win_flush");
    return values;
  }

 private:
  MpiWindow window_;
};

}  // namespace

std::unique_ptr<SharedScores> make_shared_scores(const Communicator& comm, std::size_t size) {
  if (const auto* mpi = dynamic_cast<const MpiCommunicator*>(&comm)) return std::make_unique<MpiScoreBoard>(*mpi, size);
  expect(comm.size() == 1, "this communicator has no score board.");
  return std::make_unique<SerialScoreBoard>(size);
}

}  // namespace shoal::comm
