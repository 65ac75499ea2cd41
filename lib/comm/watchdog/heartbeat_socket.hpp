#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/handle.hpp"
#include "comm/watchdog/heartbeat.hpp"

namespace shoal::comm {

/// Sends and receives heartbeats as UDP datagrams: independent of MPI, which one thread alone may use and which stands
/// still exactly when something hangs. A datagram that is lost does no harm.
class HeartbeatSocket {
 public:
  /// Throws Error{peer} when there is no socket to be had.
  HeartbeatSocket();

  /// Where this socket can be reached, for `aim` of another one: its host, its port and this host's addresses.
  std::string address() const;

  /// Where `send` sends from now on: to all addresses, because it is not known which of them leads there.
  void aim(const std::string& address);

  void send(const Heartbeat& heartbeat) const;

  /// The next heartbeat that has arrived, if any; does not wait.
  std::optional<Heartbeat> receive() const;

 private:
  struct Target {
    std::uint32_t ip;    // network byte order
    std::uint16_t port;  // network byte order
  };

  FileDescriptor socket_;
  std::uint16_t port_ = 0;  // network byte order
  std::vector<Target> targets_;
};

}  // namespace shoal::comm
