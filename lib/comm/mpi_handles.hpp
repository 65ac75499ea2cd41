#pragma once

// Private to this module: the only header that includes mpi.h.

#include <mpi.h>

#include "base/error.hpp"
#include "base/handle.hpp"

namespace shoal::comm {

struct MpiCommTraits {
  using Value = MPI_Comm;
  static Value empty() { return MPI_COMM_NULL; }
  static void close(Value value) { MPI_Comm_free(&value); }
};
using MpiComm = Handle<MpiCommTraits>;

inline void check(int code, const char* call) {
  if (code != MPI_SUCCESS) fail(ExitCode::peer, "{} failed with MPI error {}. A peer rank may have died.", call, code);
}

}  // namespace shoal::comm
