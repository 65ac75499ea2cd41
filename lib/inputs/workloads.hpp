#pragma once

#include <span>

#include "config/run_config.hpp"
#include "evaluation/workload.hpp"
#include "task/utility.hpp"

namespace shoal::inputs {

/// The sets of examples that a run needs: dev for the search, dev kept out of it, all of dev, and test.
struct Workloads {
  evaluation::Workload search;
  evaluation::Workload validation;
  evaluation::Workload dev;
  evaluation::Workload test;
};

/// Throws like make_workload.
Workloads make_workloads(const config::RunConfig& config, std::span<const task::Task> tasks,
                         const text::Tokenizer& tokenizer, std::size_t context);

/// The utility of a workload that holds the given tasks' examples one after the other.
task::Utility utility_of(const config::RunConfig& config, const evaluation::Workload& workload);

}  // namespace shoal::inputs
