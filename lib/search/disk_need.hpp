#pragma once

#include "io/run_config.hpp"
#include "search/workload.hpp"

namespace shoal::search {

/// Bytes that a run folder takes, rather too many than too few: the checkpoints that are kept and the one being
/// written, the scores of every evaluation of `workload` twice (the file is replaced as a whole), history and reports,
/// and the exported expert. From headers alone.
double disk_need(const io::RunConfig& config, const Workload& workload);

/// Throws Error{resource} when the file system of the run folder has less free than what is still to come; what an
/// earlier part of the run has written counts as there. Returns the free bytes.
double check_disk_space(const io::RunConfig& config, const Workload& workload);

}  // namespace shoal::search
