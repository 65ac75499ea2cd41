#pragma once

#include <cstdint>
#include <filesystem>

namespace shoal {

/// Bytes of main memory that this process may still take without driving others out: what the kernel calls available,
/// and at most what the limit of its control group (a Slurm job's, a container's) leaves. 0 when nothing can be read.
/// The arguments are for tests.
std::int64_t available_memory(const std::filesystem::path& proc = "/proc",
                              const std::filesystem::path& cgroups = "/sys/fs/cgroup");

}  // namespace shoal
