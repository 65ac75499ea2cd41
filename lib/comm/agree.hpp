#pragma once

#include <functional>

#include "comm/communicator.hpp"

namespace shoal::comm {

/// Runs local work that may throw and makes its outcome common: when it throws on any rank, all ranks throw the Error
/// of the lowest failing rank. What is not an Error becomes an internal one; std::bad_alloc becomes Error{resource}.
/// The work itself must not contain collectives that a failing rank would leave. Collective.
void agree(const Communicator& comm, const std::function<void()>& work);

/// Whether `flag` is set on any rank. Collective.
bool any(const Communicator& comm, bool flag);

}  // namespace shoal::comm
