#pragma once

#include <span>

#include "io/run_config.hpp"
#include "search/workload.hpp"
#include "task/utility.hpp"

namespace shoal::search {

/// The sets of examples that a run needs: dev for the search, dev kept out of it, all of dev, and test.
struct Workloads {
  Workload search;
  Workload validation;
  Workload dev;
  Workload test;
};

/// Throws like make_workload.
Workloads make_workloads(const io::RunConfig& config, std::span<const task::Task> tasks,
                         const model::Tokenizer& tokenizer, std::size_t context);

/// The utility of a workload that holds the given tasks' examples one after the other.
task::Utility utility_of(const io::RunConfig& config, const Workload& workload);

}  // namespace shoal::search
