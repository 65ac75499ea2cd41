#pragma once

#include "config/run_config.hpp"
#include "evaluation/workload.hpp"

namespace shoal::plan {

/// Bytes that a run folder takes, rather too many than too few: the checkpoints that are kept and the one being
/// written, the scores of every evaluation of `workload` twice (the file is replaced as a whole), history and reports,
/// and the exported expert. From headers alone.
double disk_need(const config::RunConfig& config, const evaluation::Workload& workload);

/// Throws Error{resource} when the file system of the run folder has less free than what is still to come; what an
/// earlier part of the run has written counts as there. Returns the free bytes.
double check_disk_space(const config::RunConfig& config, const evaluation::Workload& workload);

}  // namespace shoal::plan
