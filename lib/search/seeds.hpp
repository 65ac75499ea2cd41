#pragma once

#include <functional>

#include "comm/communicator.hpp"
#include "config/run_config.hpp"
#include "search/recorder.hpp"
#include "search/run_outcome.hpp"

namespace shoal::search {

/// One search in the folder that its configuration names. Collective.
using RunOne = std::function<RunOutcome(const config::RunConfig& config, ResumePolicy policy)>;

/// The configuration of the search with one of config.seeds: in a folder of its own below config.output.run_dir. Paid
/// replies of services are shared by all of them.
config::RunConfig config_for_seed(const config::RunConfig& config, std::uint64_t seed);

/// The searches of config.seeds one after the other, then result.json and report.html about all of them. Those that
/// have ended before are not run again. With `require` the first must have a checkpoint; the later ones may not have
/// begun. Stops at the first that does not end. Collective.
RunOutcome run_seeds(const comm::Communicator& comm, const config::RunConfig& config, ResumePolicy policy,
                     const RunOne& run_one, const Tell& tell);

}  // namespace shoal::search
