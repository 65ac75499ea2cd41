#include <catch2/catch.hpp>

#include "comm/mpi_communicator.hpp"
#include "evaluation/vote/answer_table.hpp"

namespace answer_table_mpi_test {

using namespace shoal;

TEST_CASE("after the exchange every rank has the answers of all") {
  const auto world = comm::make_world();
  constexpr std::size_t positions = 3;
  constexpr std::size_t items = 4;
  evaluation::AnswerTable ballots(positions, items);
  const auto answer = [](std::size_t position, std::size_t item) {
    return "answer 7 " + std::string(position, '\n') + std::to_string(item);
  };
  for (std::size_t i = 0; i < positions * items; ++i) {
    if (static_cast<int>(i) % world->size() != world->rank()) continue;
    const bool silent = i == 5;
    if (!silent) ballots.set(i / items, i % items, i == 6 ? "" : answer(i / items, i % items));
  }

  ballots.exchange(*world);

  const std::vector<std::size_t> voters{2, 1};
  const auto first = ballots.answers(voters, 0);
  CHECK(first == std::vector<std::optional<std::string>>{answer(2, 0), answer(1, 0)});
  CHECK_FALSE(ballots.answers(voters, 1).back().has_value());
  CHECK(ballots.answers(voters, 2).back() == "");
}

}  // namespace answer_table_mpi_test
