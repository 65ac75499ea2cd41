#include "comm/watchdog/heartbeat_socket.hpp"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <sstream>

#include "base/error.hpp"
#include "base/host.hpp"

namespace shoal::comm {
namespace {

void check_system(bool good, const char* call) {
  if (!good) {
    fail(ExitCode::peer, "{} failed ({}). The watchdog needs a UDP socket: allow it, or set stop.watchdog to off.",
         call, std::strerror(errno));
  }
}

sockaddr_in ipv4(std::uint32_t ip, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = ip;
  address.sin_port = port;
  return address;
}

/// The IPv4 addresses of this host that others may reach.
std::vector<std::uint32_t> own_addresses() {
  ifaddrs* list = nullptr;
  check_system(::getifaddrs(&list) == 0, "getifaddrs");
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(list, ::freeifaddrs);
  std::vector<std::uint32_t> addresses;
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    const bool usable = (entry->ifa_flags & IFF_UP) != 0 && (entry->ifa_flags & IFF_LOOPBACK) == 0;
    if (entry->ifa_addr == nullptr || entry->ifa_addr->sa_family != AF_INET || !usable) continue;
    sockaddr_in address{};
    std::memcpy(&address, entry->ifa_addr, sizeof address);
    addresses.push_back(address.sin_addr.s_addr);
  }
  return addresses;
}

}  // namespace

HeartbeatSocket::HeartbeatSocket() : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
  check_system(static_cast<bool>(socket_), "socket");
  sockaddr_in any = ipv4(htonl(INADDR_ANY), 0);
  auto* const address = reinterpret_cast<sockaddr*>(&any);
  socklen_t size = sizeof any;
  check_system(::bind(socket_.value(), address, size) == 0, "bind");
  check_system(::getsockname(socket_.value(), address, &size) == 0, "getsockname");
  port_ = any.sin_port;
}

std::string HeartbeatSocket::address() const {
  std::ostringstream text;
  text << host_name() << ' ' << port_;
  for (const std::uint32_t ip : own_addresses()) text << ' ' << ip;
  return text.str();
}

void HeartbeatSocket::aim(const std::string& address) {
  std::istringstream text(address);
  std::string host;
  std::uint16_t port = 0;
  text >> host >> port;
  targets_.clear();
  if (host == host_name()) targets_.push_back({htonl(INADDR_LOOPBACK), port});
  for (std::uint32_t ip = 0; text >> ip;) targets_.push_back({ip, port});
}

void HeartbeatSocket::send(const Heartbeat& heartbeat) const {
  for (const auto& [ip, port] : targets_) {
    const sockaddr_in to = ipv4(ip, port);
    // What does not get through is noticed where it does not arrive.
    ::sendto(socket_.value(), &heartbeat, sizeof heartbeat, 0, reinterpret_cast<const sockaddr*>(&to), sizeof to);
  }
}

std::optional<Heartbeat> HeartbeatSocket::receive() const {
  Heartbeat heartbeat;
  while (true) {
    const ssize_t got = ::recv(socket_.value(), &heartbeat, sizeof heartbeat, MSG_TRUNC);
    if (got == static_cast<ssize_t>(sizeof heartbeat)) return heartbeat;
    // Datagrams of strangers are passed over, and so is what an earlier send to a closed socket has come to.
    if (got < 0 && errno != ECONNREFUSED && errno != EINTR) return std::nullopt;
  }
}

}  // namespace shoal::comm
