#include "base/clock.hpp"

#include <fmt/chrono.h>

#include <ctime>

namespace shoal {

std::string timestamp() { return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr))); }

}  // namespace shoal
