#pragma once

#include <functional>
#include <string>

namespace shoal::search {

/// How a search, or several, ended: `stopped` early (signal, walltime, a service that is away), with a checkpoint from
/// which the same command goes on.
enum class RunOutcome { finished, stopped };

/// Where a library's words for people go.
using Tell = std::function<void(const std::string&)>;

}  // namespace shoal::search
