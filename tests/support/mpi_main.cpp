// main of the MPI tests: every rank runs all test cases, prints only when it failed, labelled by its rank, and the
// launch fails when any rank does.
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>
#include <iostream>
#include <sstream>
#include <string>
#include <utility>

#include "comm/mpi_communicator.hpp"
#include "comm/mpi_session.hpp"

namespace {

std::string labelled(const std::string& text, int rank) {
  std::istringstream lines(text);
  std::string result;
  for (std::string line; std::getline(lines, line);) result += "[rank " + std::to_string(rank) + "] " + line + "\n";
  return result;
}

/// Runs the test cases with std::cout captured; the number of failures, and the output.
std::pair<int, std::string> run_captured(int argc, char** argv) {
  std::ostringstream captured;
  std::streambuf* const terminal = std::cout.rdbuf(captured.rdbuf());
  Catch::Session session;
  session.configData().useColour = Catch::UseColour::No;
  const int failures = session.run(argc, argv);
  std::cout.rdbuf(terminal);
  return {failures, captured.str()};
}

}  // namespace

int main(int argc, char** argv) {
  const shoal::comm::MpiSession session;
  const auto world = shoal::comm::make_world();
  const auto [failures, output] = run_captured(argc, argv);
  const bool talks = failures != 0 || world->rank() == 0;
  bool failed = false;
  int rank = 0;
  for (const std::string& text : world->all_gather(talks ? output : std::string())) {
    if (world->rank() == 0) std::cout << labelled(text, rank);
    ++rank;
  }
  for (const std::string& text : world->all_gather(failures != 0 ? "failed" : "")) failed = failed || !text.empty();
  return failed ? 1 : 0;
}
