#include "launcher.hpp"

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "base/error.hpp"

namespace shoal::app {
namespace {

constexpr const char* mpirun_rank = "OMPI_COMM_WORLD_RANK";
constexpr const char* mpirun_size = "OMPI_COMM_WORLD_SIZE";
constexpr const char* mpi_ranks[] = {mpirun_rank, "PMIX_RANK", "PMI_RANK"};

int number(const char* variable, int otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::max(1, std::atoi(text));
}

/// Tasks of the step that this process is one of. Below mpirun the variable is about mpirun's own helpers.
int step_tasks() { return std::getenv(mpirun_rank) != nullptr ? 1 : number("SLURM_STEP_NUM_TASKS", 1); }

const char* mpi_rank() {
  for (const char* variable : mpi_ranks) {
    if (const char* value = std::getenv(variable)) return value;
  }
  return nullptr;
}

const char* launcher_rank() {
  if (const char* rank = mpi_rank()) return rank;
  return step_tasks() > 1 ? std::getenv("SLURM_PROCID") : nullptr;
}

}  // namespace

bool launched_by_mpi() { return mpi_rank() != nullptr; }

bool is_speaker() {
  const char* rank = launcher_rank();
  return rank == nullptr || std::string_view(rank) == "0";
}

int launched_processes() { return std::max(number(mpirun_size, 1), step_tasks()); }

void check_launcher() {
  if (launched_by_mpi() || step_tasks() == 1) return;
  fail(ExitCode::usage,
       "srun started {} processes without MPI (each would be a search of its own). Use srun --mpi=pmix.", step_tasks());
}

void check_world_size(int size) {
  const int tasks = step_tasks();
  if (tasks == 1 || size == tasks) return;
  fail(ExitCode::usage,
       "srun started {} processes, and MPI connects {} (its process manager interface is not srun's). "
       "Use srun --mpi=pmix, or an MPI that srun --mpi=list has.",
       tasks, size);
}

}  // namespace shoal::app
