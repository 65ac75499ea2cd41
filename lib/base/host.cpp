#include "base/host.hpp"

#include <unistd.h>

#include <array>
#include <cstdlib>

namespace shoal {

std::string host_name() {
  std::array<char, 256> name{};  // zeros: gethostname need not end a name that it cuts
  const bool known = ::gethostname(name.data(), name.size() - 1) == 0 && name.front() != '\0';
  return known ? std::string(name.data()) : std::string("unknown");
}

std::string node_name() {
  const char* const name = std::getenv("SLURMD_NODENAME");
  return name == nullptr || *name == '\0' ? host_name() : std::string(name);
}

}  // namespace shoal
