#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "task/scorer/http_client.hpp"
#include "task/scorer/response_cache.hpp"
#include "task/scorer/service_config.hpp"

namespace shoal::task {

/// A service over HTTP, all but what is said to it: address, secret, patience, cache.
class Endpoint {
 public:
  /// `secret_header` goes before the secret, e.g. "Authorization: Bearer ". Throws Error{usage} when the secret's
  /// environment variable is not set.
  Endpoint(const ServiceConfig& config, const std::string& secret_header);

  /// The replies to JSON documents, in order; those that the cache has are not asked for. See post_all.
  /// Throws Error{usage} when the url's environment variable is not set.
  std::vector<std::string> ask(std::span<const std::string> documents, const std::function<bool()>& cancelled) const;

 private:
  std::string url_;
  std::string url_variable_;  // read when it is needed: only the job knows on which node the server runs
  std::vector<std::string> headers_;
  HttpOptions options_;
  ResponseCache cache_;
};

}  // namespace shoal::task
