#pragma once

// Private to this module: the only header that includes mpi.h.

#include <mpi.h>

#include <cstddef>

#include "base/error.hpp"
#include "base/handle.hpp"

namespace shoal::comm {

struct MpiCommTraits {
  using Value = MPI_Comm;
  static Value empty() { return MPI_COMM_NULL; }
  static void close(Value value) { MPI_Comm_free(&value); }
};
using MpiComm = Handle<MpiCommTraits>;

struct MpiWindowTraits {
  using Value = MPI_Win;
  static Value empty() { return MPI_WIN_NULL; }
  static void close(Value value) {
    MPI_Win_unlock_all(value);
    MPI_Win_free(&value);
  }
};
using MpiWindow = Handle<MpiWindowTraits>;

inline void check(int code, const char* call) {
  if (code != MPI_SUCCESS) fail(ExitCode::peer, "{} failed with MPI error {}. A peer rank may have died.", call, code);
}

/// A window over memory of this rank (rather than MPI_Win_allocate, which wants to share it between ranks that MPI
/// believes to be on one node), open to all ranks until it is closed. Collective. Throws Error{peer}.
inline MpiWindow open_window(MPI_Comm comm, void* memory, std::size_t bytes, std::size_t unit) {
  MPI_Win window = MPI_WIN_NULL;
  check(MPI_Win_create(memory, static_cast<MPI_Aint>(bytes), static_cast<int>(unit), MPI_INFO_NULL, comm, &window),
        "MPI_Win_create");
  check(MPI_Win_lock_all(0, window), "MPI_Win_lock_all");
  return MpiWindow(window);
}

}  // namespace shoal::comm
