#include "comm/versions.hpp"

#include <mpi.h>

#include <array>

namespace shoal::comm {

std::string mpi_version() {
  std::array<char, MPI_MAX_LIBRARY_VERSION_STRING> text{};
  int length = 0;
  MPI_Get_library_version(text.data(), &length);
  const std::string whole(text.data(), static_cast<std::size_t>(length));
  // "Open MPI v4.1.4, package: Debian …, ident: …"
  return whole.substr(0, whole.find_first_of(",\n"));
}

}  // namespace shoal::comm
