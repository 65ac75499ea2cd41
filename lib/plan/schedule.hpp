#pragma once

#include <span>

namespace shoal::plan {

/// Seconds until the last of `workers` is done when each takes the next task of the list as soon as it is free: what a
/// wave's work counter does.
double makespan(std::span<const double> task_seconds, int workers);

/// Seconds of a sum of `bytes` over `ranks` ranks in the α-β model of a ring: 2 (R - 1) (α + bytes / (R β)).
double all_reduce_model(double bytes, int ranks);

}  // namespace shoal::plan
