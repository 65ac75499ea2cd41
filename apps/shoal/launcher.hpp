#pragma once

namespace shoal::app {

/// What mpirun or srun tell this process in its environment, before MPI is up.

/// Whether they started this process as one of several that MPI connects.
bool launched_by_mpi();

/// Whether this process is the one that prints: rank 0.
bool is_speaker();

/// How many processes were started together; 1 without a launcher.
int launched_processes();

/// srun starts processes without MPI when it is not asked for it: each would then be a whole search on its own, in the
/// same run folder. Throws Error{usage}.
void check_launcher();

/// The same for an MPI library that does not speak with srun: every process finds itself alone. Throws Error{usage}.
void check_world_size(int size);

}  // namespace shoal::app
