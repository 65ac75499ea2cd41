#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "comm/mpi_communicator.hpp"
#include "comm/one_sided/message_channel.hpp"
#include "comm/serial_communicator.hpp"
#include "support/error_of.hpp"

namespace message_channel_mpi_test {

// CHECK, never REQUIRE: a rank that leaves a test early would let the others wait in the next collective.

using namespace shoal;
using comm::Message;
using comm::MessageChannel;

namespace {

/// The next `count` messages, fewer when they do not come within a few seconds.
std::vector<Message> wait_for(MessageChannel& channel, std::size_t count) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  std::vector<Message> messages;
  while (messages.size() < count && std::chrono::steady_clock::now() < until) {
    if (auto message = channel.take()) {
      messages.push_back(std::move(*message));
    } else {
      std::this_thread::yield();
    }
  }
  return messages;
}

}  // namespace

TEST_CASE("a message channel is empty until somebody writes") {
  const auto world = comm::make_world();
  const auto channel = comm::make_message_channel(*world);
  CHECK_FALSE(channel->take());
}

TEST_CASE("every rank hears of every rank, itself included, with sender, kind and numbers") {
  const auto world = comm::make_world();
  const auto channel = comm::make_message_channel(*world);
  for (int to = 0; to < world->size(); ++to) channel->send(to, 7 + to, {world->rank() + 0.5, 1.0 / 3.0});
  const auto messages = wait_for(*channel, static_cast<std::size_t>(world->size()));
  std::vector<bool> heard(static_cast<std::size_t>(world->size()), false);
  for (const Message& message : messages) {
    heard[static_cast<std::size_t>(message.from)] = true;
    CHECK(message.kind == 7 + world->rank());
    CHECK(message.numbers == std::vector{message.from + 0.5, 1.0 / 3.0});
  }
  CHECK(heard == std::vector<bool>(heard.size(), true));
  CHECK_FALSE(channel->take());
}

TEST_CASE("messages of one rank arrive in the order in which they were sent, short and long ones, and empty ones") {
  const auto world = comm::make_world();
  const auto channel = comm::make_message_channel(*world);
  const std::vector<std::size_t> lengths{3, 100'000, 0, 1, 20'000, 2};  // beyond what MPI sends without asking
  const int next = (world->rank() + 1) % world->size();
  for (const std::size_t length : lengths) channel->send(next, 1, std::vector<double>(length, world->rank()));
  const auto messages = wait_for(*channel, lengths.size());
  CHECK(messages.size() == lengths.size());
  const int before = (world->rank() + world->size() - 1) % world->size();
  for (std::size_t i = 0; i < messages.size(); ++i)
    CHECK(messages[i].numbers == std::vector<double>(lengths[i], before));
}

TEST_CASE("a rank that looks late misses nothing and holds nobody up") {
  const auto world = comm::make_world();
  const auto channel = comm::make_message_channel(*world);
  if (world->rank() != 0) {
    for (int i = 0; i < 50; ++i) channel->send(0, 0, {static_cast<double>(i)});
    CHECK_FALSE(channel->take());
  } else {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    const auto expected = 50 * static_cast<std::size_t>(world->size() - 1);
    CHECK(wait_for(*channel, expected).size() == expected);
  }
}

TEST_CASE("messages that nobody takes are gone with the channel, and the next one begins empty") {
  const auto world = comm::make_world();
  {
    const auto channel = comm::make_message_channel(*world);
    for (int to = 0; to < world->size(); ++to) channel->send(to, 3, std::vector<double>(50'000, 1.0));
  }
  const auto channel = comm::make_message_channel(*world);
  CHECK_FALSE(channel->take());
  world->barrier();
  CHECK_FALSE(channel->take());
}

TEST_CASE("messages do not meet the collectives that go on beside them") {
  const auto world = comm::make_world();
  const auto channel = comm::make_message_channel(*world);
  const int next = (world->rank() + 1) % world->size();
  channel->send(next, 0, {1.0});
  std::vector<double> sum{1.0};
  world->all_reduce(Buffer::of(sum), comm::ReduceOp::sum);
  CHECK(sum.front() == world->size());
  CHECK(wait_for(*channel, 1).size() == 1);
}

TEST_CASE("sending and receiving are signs of life; looking in vain is none") {
  const auto world = comm::make_world();
  const auto channel = comm::make_message_channel(*world);
  const std::uint64_t at_rest = world->liveness().beats();
  CHECK_FALSE(channel->take());
  CHECK(world->liveness().beats() == at_rest);
  world->barrier();  // or a neighbour's message may be there already when this rank looks
  const std::uint64_t before = world->liveness().beats();
  const int next = (world->rank() + 1) % world->size();
  channel->send(next, 0, {});
  CHECK(world->liveness().beats() > before);
  CHECK(wait_for(*channel, 1).size() == 1);
}

TEST_CASE("one rank without MPI writes to itself only") {
  const comm::SerialCommunicator alone;
  const auto channel = comm::make_message_channel(alone);
  channel->send(0, 2, {1.5});
  channel->send(0, 1, {});
  const auto first = channel->take();
  const auto second = channel->take();
  CHECK((first && first->kind == 2 && first->from == 0 && first->numbers == std::vector{1.5}));
  CHECK((second && second->kind == 1 && second->numbers.empty()));
  CHECK_FALSE(channel->take());
  CHECK(testing::error_of([&] { channel->send(1, 0, {}); }).starts_with("1: "));
}

}  // namespace message_channel_mpi_test
