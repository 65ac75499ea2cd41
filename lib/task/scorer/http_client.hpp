#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace shoal::task {

/// One POST of a JSON document.
struct HttpRequest {
  std::string url;
  std::string body;
  std::vector<std::string> headers;  ///< "Name: value", beside Content-Type: application/json
};

struct HttpOptions {
  std::size_t concurrency = 8;                       ///< requests under way at once
  std::chrono::milliseconds timeout{60'000};         ///< of one attempt
  std::chrono::milliseconds give_up_after{600'000};  ///< of failures in a row without any success
  std::chrono::milliseconds first_delay{500};        ///< before the second attempt; doubles from then on
  std::chrono::milliseconds longest_delay{30'000};
  std::size_t largest_response = std::size_t{4} << 20;  ///< bytes
  std::function<bool()> cancelled = [] { return false; };
};

/// Thrown when a service could not be reached, or was too busy, until the patience ran out or the search was told to
/// stop: trying again later may well succeed, so the search stops with a checkpoint.
struct ServiceUnavailable {
  std::string sentence;
};

/// Posts all requests, several at once, and returns the bodies of the answers in order. An attempt that fails to
/// connect, takes too long or is answered by 408, 425, 429 or 5xx is repeated after a delay that doubles, with jitter,
/// or after what the answer's Retry-After asks for. `answered` hears of each answer at once, so that it can be kept
/// whatever becomes of the others. Throws ServiceUnavailable; Error{service} for any other status and for answers that
/// are too long.
std::vector<std::string> post_all(std::span<const HttpRequest> requests, const HttpOptions& options,
                                  const std::function<void(std::size_t, const std::string&)>& answered = {});

}  // namespace shoal::task
