#pragma once

#include <functional>
#include <memory>
#include <string>

#include "comm/communicator.hpp"
#include "launcher.hpp"

namespace shoal::app {

/// Runs `work` with the communicator of this launch: MPI under mpirun or srun, otherwise a serial one without MPI_Init.
/// Errors are printed once, by rank 0; returns the exit code.
int with_communicator(const std::function<int(const comm::Communicator&)>& work);

/// For verbs that run in one process: refuses several ranks with one sentence.
int in_one_process(const char* verb, const std::function<int()>& work);

/// Runs `work` and turns what it throws into one sentence on standard error and an exit code.
int guarded(bool speaker, const std::function<int()>& work);

/// One sentence on standard error, as every failure is told.
void complain(const std::string& sentence);

}  // namespace shoal::app
