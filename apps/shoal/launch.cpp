#include "launch.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <exception>
#include <new>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "comm/mpi_communicator.hpp"
#include "comm/mpi_session.hpp"
#include "comm/serial_communicator.hpp"

namespace shoal::app {
namespace {

constexpr const char* rank_variables[] = {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"};

const char* launcher_rank() {
  for (const char* variable : rank_variables) {
    if (const char* value = std::getenv(variable)) return value;
  }
  return nullptr;
}

/// Library exceptions carry traces over many lines; a user gets the first.
std::string first_line(std::string_view text) { return std::string(text.substr(0, text.find('\n'))); }

void say(bool speaker, const std::string& sentence) {
  if (speaker) fmt::print(stderr, "shoal: {}\n", sentence);
}

}  // namespace

bool launched_by_mpi() { return launcher_rank() != nullptr; }

bool is_speaker() {
  const char* rank = launcher_rank();
  return rank == nullptr || std::string_view(rank) == "0";
}

int guarded(bool speaker, const std::function<int()>& work) {
  try {
    return work();
  } catch (const Error& error) {
    say(speaker, error.what());
    return static_cast<int>(error.code());
  } catch (const std::bad_alloc&) {
    say(speaker, "out of memory. Use fewer threads or ranks per node, or a smaller dtype.");
    return static_cast<int>(ExitCode::resource);
  } catch (const std::exception& error) {
    say(speaker, "internal error: " + first_line(error.what()));
    return static_cast<int>(ExitCode::internal);
  }
}

int with_communicator(const std::function<int(const comm::Communicator&)>& work) {
  if (!launched_by_mpi()) {
    const comm::SerialCommunicator serial;
    return guarded(true, [&] { return work(serial); });
  }
  comm::MpiSession session;
  const auto world = comm::make_world();
  return guarded(world->rank() == 0, [&] { return work(*world); });
}

int in_one_process(const char* verb, const std::function<int()>& work) {
  return guarded(is_speaker(), [&] {
    const char* size = std::getenv("OMPI_COMM_WORLD_SIZE");
    if (size != nullptr && std::string_view(size) != "1") {
      fail(ExitCode::usage, "shoal {} runs in one process (it was started as {}). Start it without mpirun.", verb,
           size);
    }
    return work();
  });
}

}  // namespace shoal::app
