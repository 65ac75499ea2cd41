#pragma once

// Private to this module.

#include <cstddef>
#include <span>
#include <vector>

#include "comm/mpi_communicator_impl.hpp"
#include "comm/mpi_handles.hpp"

namespace shoal::comm {

/// Where a window lies: in memory that the ranks share, or in rank 0's own.
enum class WindowMemory { shared, own };

/// What suits these ranks: shared on one node, where nobody then has to answer the others; between nodes rank 0's own.
WindowMemory window_memory(const Communicator& comm);

/// Memory of rank 0 that all ranks reach with one-sided operations. Construction and destruction are collective.
class MpiWindow {
 public:
  /// `content`: what it holds at first; rank 0's counts. `unit`: bytes of what displacements count in. Throws
  /// Error{peer}.
  MpiWindow(const MpiCommunicator& comm, std::span<const std::byte> content, std::size_t unit, WindowMemory memory);
  MpiWindow(const MpiWindow&) = delete;
  MpiWindow& operator=(const MpiWindow&) = delete;
  ~MpiWindow();

  MPI_Win native() const { return window_.value(); }

  /// Lets operations of other ranks come through where they need this rank's help; cheap.
  void progress() const;

 private:
  void* allocate(std::size_t bytes, int unit);
  void* create(std::size_t bytes, int unit);

  struct Traits {
    using Value = MPI_Win;
    static Value empty() { return MPI_WIN_NULL; }
    static void close(Value value) {
      MPI_Win_unlock_all(value);
      MPI_Win_free(&value);
    }
  };

  const MpiCommunicator& comm_;
  std::vector<std::byte> own_;  // outlives the window over it
  Handle<Traits> window_;
};

}  // namespace shoal::comm
