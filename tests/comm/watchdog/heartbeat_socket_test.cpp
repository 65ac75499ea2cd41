#include "comm/watchdog/heartbeat_socket.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <sstream>
#include <thread>

namespace heartbeat_socket_test {

using namespace shoal;
using namespace shoal::comm;

namespace {

Heartbeat beat_of(int rank) {
  Heartbeat beat;
  beat.job = 77;
  beat.rank = rank;
  beat.phase = Phase::update;
  beat.quiet = 1.5;
  return beat;
}

/// Datagrams on one machine arrive soon.
std::optional<Heartbeat> wait_for(const HeartbeatSocket& socket) {
  for (int i = 0; i < 1000; ++i) {
    if (auto beat = socket.receive()) return beat;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return std::nullopt;
}

void send_bytes(const std::string& address, const std::string& bytes) {
  std::istringstream text(address);
  std::string host;
  sockaddr_in to{};
  text >> host >> to.sin_port;
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const FileDescriptor stranger(::socket(AF_INET, SOCK_DGRAM, 0));
  CHECK(::sendto(stranger.value(), bytes.data(), bytes.size(), 0, reinterpret_cast<const sockaddr*>(&to), sizeof to) ==
        static_cast<ssize_t>(bytes.size()));
}

}  // namespace

TEST_CASE("a heartbeat arrives as it was sent") {
  HeartbeatSocket from;
  const HeartbeatSocket to;
  CHECK_FALSE(to.receive());
  from.aim(to.address());
  from.send(beat_of(3));
  const auto beat = wait_for(to);
  REQUIRE(beat);
  CHECK(beat->job == 77);
  CHECK(beat->rank == 3);
  CHECK(beat->phase == Phase::update);
  CHECK(beat->quiet == 1.5);
}

TEST_CASE("datagrams of another length are passed over") {
  HeartbeatSocket from;
  const HeartbeatSocket to;
  send_bytes(to.address(), "hello");
  send_bytes(to.address(), std::string(100, 'x'));
  send_bytes(to.address(), "");
  from.aim(to.address());
  from.send(beat_of(4));
  const auto beat = wait_for(to);
  REQUIRE(beat);
  CHECK(beat->rank == 4);
}

TEST_CASE("sending to a socket that is gone, or to none, does no harm") {
  HeartbeatSocket from;
  from.send(beat_of(1));
  from.aim(HeartbeatSocket().address());
  for (int i = 0; i < 3; ++i) from.send(beat_of(1));
  CHECK_FALSE(from.receive());
}

}  // namespace heartbeat_socket_test
