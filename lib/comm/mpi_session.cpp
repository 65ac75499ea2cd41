#include "comm/mpi_session.hpp"

#include <cstdlib>
#include <exception>

#include "comm/mpi_handles.hpp"

namespace shoal::comm {

MpiSession::MpiSession() : exceptions_at_start_(std::uncaught_exceptions()) {
  // Debian's configuration file forbids the only one-sided operations that work between nodes over TCP (pt2pt). UCX's
  // stay out, as there: they hook into every mmap. What the user has set stays; other MPIs do not know the variable.
  ::setenv("OMPI_MCA_osc", "^ucx", 0);
  int provided = MPI_THREAD_SINGLE;
  // Only the driving thread of a rank talks to MPI.
  check(MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided), "MPI_Init_thread");
  if (provided < MPI_THREAD_FUNNELED) {
    fail(ExitCode::peer, "this MPI library does not allow threads (level {} provided). Load another MPI module.",
         provided);
  }
}

MpiSession::~MpiSession() {
  if (std::uncaught_exceptions() > exceptions_at_start_) abort(static_cast<int>(ExitCode::internal));
  MPI_Finalize();
}

void MpiSession::abort(int exit_code) {
  MPI_Abort(MPI_COMM_WORLD, exit_code);
  std::abort();
}

}  // namespace shoal::comm
