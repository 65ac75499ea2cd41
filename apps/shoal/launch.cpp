#include "launch.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <limits>
#include <new>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "comm/mpi_communicator.hpp"
#include "comm/mpi_session.hpp"
#include "comm/serial_communicator.hpp"
#include "comm/watchdog/final_barrier.hpp"

namespace shoal::app {
namespace {

/// Library exceptions carry traces over many lines; a user gets the first.
std::string first_line(std::string_view text) { return std::string(text.substr(0, text.find('\n'))); }

/// How the work of one rank ended.
struct Ending {
  int code = 0;
  std::string sentence;
};

Ending ending_of(const std::function<int()>& work) {
  try {
    return {work(), {}};
  } catch (const Error& error) {
    return {static_cast<int>(error.code()), error.what()};
  } catch (const std::bad_alloc&) {
    return {static_cast<int>(ExitCode::resource),
            "out of memory. Use fewer threads or ranks per node, or a smaller dtype."};
  } catch (const std::exception& error) {
    return {static_cast<int>(ExitCode::internal), "internal error: " + first_line(error.what())};
  }
}

int told(bool speaker, const Ending& ending) {
  if (speaker && !ending.sentence.empty()) complain(ending.sentence);
  return ending.code;
}

/// A failure that the other ranks share brings all of them here; one that they do not leaves them waiting for this
/// rank, which then ends the launch.
void meet(comm::FinalBarrier& end, int rank, const Ending& ending) {
  using namespace std::chrono_literals;
  if (end.wait(ending.sentence.empty() ? std::chrono::seconds(std::numeric_limits<std::int32_t>::max()) : 10s)) return;
  complain(fmt::format("rank {} failed alone, so the others were stopped: {}", rank, ending.sentence));
  comm::MpiSession::abort(ending.code);
}

}  // namespace

void complain(const std::string& sentence) {
  fmt::print(stderr, "shoal: {}\n", sentence);
  std::fflush(stderr);
}

int guarded(bool speaker, const std::function<int()>& work) { return told(speaker, ending_of(work)); }

int with_communicator(const std::function<int(const comm::Communicator&)>& work) {
  if (!launched_by_mpi()) {
    const comm::SerialCommunicator serial;
    return guarded(is_speaker(), [&] {
      check_launcher();
      return work(serial);
    });
  }
  comm::MpiSession session;
  const auto world = comm::make_world();
  const auto end = comm::make_final_barrier(*world);
  const Ending ending = ending_of([&] {
    check_world_size(world->size());
    return work(*world);
  });
  meet(*end, world->rank(), ending);
  return told(is_speaker(), ending);
}

int in_one_process(const char* verb, const std::function<int()>& work) {
  return guarded(is_speaker(), [&] {
    if (launched_processes() > 1) {
      fail(ExitCode::usage, "shoal {} runs in one process (it was started as {}). Start it without mpirun or srun.",
           verb, launched_processes());
    }
    return work();
  });
}

}  // namespace shoal::app
