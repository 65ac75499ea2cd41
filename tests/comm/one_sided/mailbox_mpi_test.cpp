#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "comm/mpi_communicator.hpp"
#include "comm/one_sided/mailbox.hpp"
#include "comm/serial_communicator.hpp"
#include "support/error_of.hpp"

namespace mailbox_mpi_test {

// CHECK, never REQUIRE: a rank that leaves a test early would let the others wait in the next collective.

using namespace shoal;
using comm::Letter;
using comm::Mailbox;

namespace {

/// The next `count` letters, fewer when they do not come within a few seconds.
std::vector<Letter> wait_for(Mailbox& mailbox, std::size_t count) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  std::vector<Letter> letters;
  while (letters.size() < count && std::chrono::steady_clock::now() < until) {
    if (auto letter = mailbox.take()) {
      letters.push_back(std::move(*letter));
    } else {
      std::this_thread::yield();
    }
  }
  return letters;
}

}  // namespace

TEST_CASE("a mailbox is empty until somebody writes") {
  const auto world = comm::make_world();
  const auto mailbox = comm::make_mailbox(*world);
  CHECK_FALSE(mailbox->take());
}

TEST_CASE("every rank hears of every rank, itself included, with sender, kind and numbers") {
  const auto world = comm::make_world();
  const auto mailbox = comm::make_mailbox(*world);
  for (int to = 0; to < world->size(); ++to) mailbox->send(to, 7 + to, {world->rank() + 0.5, 1.0 / 3.0});
  const auto letters = wait_for(*mailbox, static_cast<std::size_t>(world->size()));
  std::vector<bool> heard(static_cast<std::size_t>(world->size()), false);
  for (const Letter& letter : letters) {
    heard[static_cast<std::size_t>(letter.from)] = true;
    CHECK(letter.kind == 7 + world->rank());
    CHECK(letter.numbers == std::vector{letter.from + 0.5, 1.0 / 3.0});
  }
  CHECK(heard == std::vector<bool>(heard.size(), true));
  CHECK_FALSE(mailbox->take());
}

TEST_CASE("letters of one rank arrive in the order in which they were sent, short and long ones, and empty ones") {
  const auto world = comm::make_world();
  const auto mailbox = comm::make_mailbox(*world);
  const std::vector<std::size_t> lengths{3, 100'000, 0, 1, 20'000, 2};  // beyond what MPI sends without asking
  const int next = (world->rank() + 1) % world->size();
  for (const std::size_t length : lengths) mailbox->send(next, 1, std::vector<double>(length, world->rank()));
  const auto letters = wait_for(*mailbox, lengths.size());
  CHECK(letters.size() == lengths.size());
  const int before = (world->rank() + world->size() - 1) % world->size();
  for (std::size_t i = 0; i < letters.size(); ++i) CHECK(letters[i].numbers == std::vector<double>(lengths[i], before));
}

TEST_CASE("a rank that looks late misses nothing and holds nobody up") {
  const auto world = comm::make_world();
  const auto mailbox = comm::make_mailbox(*world);
  if (world->rank() != 0) {
    for (int i = 0; i < 50; ++i) mailbox->send(0, 0, {static_cast<double>(i)});
    CHECK_FALSE(mailbox->take());
  } else {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    const auto expected = 50 * static_cast<std::size_t>(world->size() - 1);
    CHECK(wait_for(*mailbox, expected).size() == expected);
  }
}

TEST_CASE("letters that nobody takes are gone with the mailbox, and the next one begins empty") {
  const auto world = comm::make_world();
  {
    const auto mailbox = comm::make_mailbox(*world);
    for (int to = 0; to < world->size(); ++to) mailbox->send(to, 3, std::vector<double>(50'000, 1.0));
  }
  const auto mailbox = comm::make_mailbox(*world);
  CHECK_FALSE(mailbox->take());
  world->barrier();
  CHECK_FALSE(mailbox->take());
}

TEST_CASE("letters do not meet the collectives that go on beside them") {
  const auto world = comm::make_world();
  const auto mailbox = comm::make_mailbox(*world);
  const int next = (world->rank() + 1) % world->size();
  mailbox->send(next, 0, {1.0});
  std::vector<double> sum{1.0};
  world->all_reduce(Buffer::of(sum), comm::ReduceOp::sum);
  CHECK(sum.front() == world->size());
  CHECK(wait_for(*mailbox, 1).size() == 1);
}

TEST_CASE("sending and receiving are signs of life; looking in vain is none") {
  const auto world = comm::make_world();
  const auto mailbox = comm::make_mailbox(*world);
  const std::uint64_t at_rest = world->pulse().beats();
  CHECK_FALSE(mailbox->take());
  CHECK(world->pulse().beats() == at_rest);
  world->barrier();  // or a neighbour's letter may be there already when this rank looks
  const std::uint64_t before = world->pulse().beats();
  const int next = (world->rank() + 1) % world->size();
  mailbox->send(next, 0, {});
  CHECK(world->pulse().beats() > before);
  CHECK(wait_for(*mailbox, 1).size() == 1);
}

TEST_CASE("one rank without MPI writes to itself only") {
  const comm::SerialCommunicator alone;
  const auto mailbox = comm::make_mailbox(alone);
  mailbox->send(0, 2, {1.5});
  mailbox->send(0, 1, {});
  const auto first = mailbox->take();
  const auto second = mailbox->take();
  CHECK((first && first->kind == 2 && first->from == 0 && first->numbers == std::vector{1.5}));
  CHECK((second && second->kind == 1 && second->numbers.empty()));
  CHECK_FALSE(mailbox->take());
  CHECK(testing::error_of([&] { mailbox->send(1, 0, {}); }).starts_with("1: "));
}

}  // namespace mailbox_mpi_test
