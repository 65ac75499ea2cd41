#include "base/host.hpp"

#include <sys/utsname.h>

#include <catch2/catch.hpp>
#include <cstdlib>

namespace shoal::host_test {

TEST_CASE("the host's name is the kernel's", "[host]") {
  struct utsname names {};
  ::uname(&names);
  CHECK(host_name() == names.nodename);
}

TEST_CASE("a node is called as Slurm calls it, and without Slurm as the host", "[host]") {
  ::setenv("SLURMD_NODENAME", "n17", 1);
  CHECK(node_name() == "n17");
  ::setenv("SLURMD_NODENAME", "", 1);
  CHECK(node_name() == host_name());
  ::unsetenv("SLURMD_NODENAME");
  CHECK(node_name() == host_name());
}

}  // namespace shoal::host_test
