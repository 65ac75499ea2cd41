#pragma once

#include <string>
#include <vector>

#include "search/run.hpp"

namespace shoal::search {

/// Searches beside the one of a configuration, each in a sub-folder of its run folder.
struct StudyOptions {
  std::vector<std::string> ablate;  ///< parts of the algorithm, each switched off in a search of its own
  std::string leave_out;            ///< an expert's name, or `strongest`; empty: none
};

/// `shoal run --ablate … --leave-out …`: the search itself, then one search per variation, all resumable; then
/// study.json and study.html in the run folder, which compare their winners example by example. Stops as soon as
/// one of them does. Collective.
RunOutcome run_study(const comm::Communicator& comm, const RunOptions& options, const StudyOptions& study);

}  // namespace shoal::search
