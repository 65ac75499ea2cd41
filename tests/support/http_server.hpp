#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/handle.hpp"

namespace shoal::testing {

struct ServerReply {
  int status = 200;
  std::string body;
  std::string headers;  ///< complete lines, each with \r\n
};

/// A small HTTP server for faults: answers every POST through a function, one connection at a time, on a free port of
/// this machine, until it is destroyed.
class HttpServer {
 public:
  using Handler = std::function<ServerReply(const std::string& body)>;

  explicit HttpServer(Handler handler) : handler_(std::move(handler)), socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(socket_.value(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    ::listen(socket_.value(), 64);
    socklen_t size = sizeof address;
    ::getsockname(socket_.value(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
  }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/score"; }
  int requests() const { return requests_; }

  /// Head and body of every request so far, in order.
  std::vector<std::string> heard() const {
    const std::lock_guard lock(mutex_);
    return heard_;
  }

 private:
  void serve(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      pollfd wait{socket_.value(), POLLIN, 0};
      if (::poll(&wait, 1, 20) <= 0) continue;
      const FileDescriptor connection(::accept(socket_.value(), nullptr, nullptr));
      if (connection) answer(connection.value());
    }
  }

  void answer(int connection) {
    const std::string request = read_request(connection);
    if (request.empty()) return;
    ++requests_;
    {
      const std::lock_guard lock(mutex_);
      heard_.push_back(request);
    }
    const ServerReply reply = handler_(request.substr(request.find("\r\n\r\n") + 4));
    const std::string text = "HTTP/1.1 " + std::to_string(reply.status) +
                             " X\r\nConnection: close\r\nContent-Length: " + std::to_string(reply.body.size()) +
                             "\r\n" + reply.headers + "\r\n" + reply.body;
    std::size_t sent = 0;
    while (sent < text.size()) {
      const ssize_t n = ::send(connection, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
      if (n <= 0) return;
      sent += static_cast<std::size_t>(n);
    }
  }

  static std::string read_request(int connection) {
    std::string text;
    char piece[4096];
    while (true) {
      const std::size_t head = text.find("\r\n\r\n");
      if (head != text.npos && text.size() >= head + 4 + length_in(text.substr(0, head))) return text;
      const ssize_t n = ::recv(connection, piece, sizeof piece, 0);
      if (n <= 0) return "";
      text.append(piece, static_cast<std::size_t>(n));
    }
  }

  static std::size_t length_in(const std::string& head) {
    const std::size_t at = head.find("Content-Length: ");
    return at == head.npos ? 0 : std::stoul(head.substr(at + 16));
  }

  Handler handler_;
  FileDescriptor socket_;
  int port_ = 0;
  std::atomic<int> requests_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::string> heard_;
  std::jthread thread_;
};

}  // namespace shoal::testing
