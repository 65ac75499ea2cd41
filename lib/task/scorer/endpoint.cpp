#include "task/scorer/endpoint.hpp"

#include <cstdlib>

#include "base/error.hpp"

namespace shoal::task {
namespace {

std::string from_environment(const std::string& variable) {
  const char* const value = std::getenv(variable.c_str());
  if (value == nullptr || *value == '\0') {
    fail(ExitCode::usage, "the environment variable {} is not set (a task names it). Export it.", variable);
  }
  return value;
}

std::chrono::milliseconds milliseconds(double seconds) {
  return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000.0));
}

}  // namespace

Endpoint::Endpoint(const ServiceConfig& config, const std::string& secret_header)
    : url_(config.url), url_variable_(config.url_variable), cache_(config.cache) {
  if (!config.key_variable.empty()) headers_.push_back(secret_header + from_environment(config.key_variable));
  options_.concurrency = config.concurrency;
  options_.timeout = milliseconds(config.timeout);
  options_.give_up_after = milliseconds(config.give_up_after);
}

std::vector<std::string> Endpoint::ask(std::span<const std::string> documents,
                                       const std::function<bool()>& cancelled) const {
  const std::string url = url_variable_.empty() ? url_ : from_environment(url_variable_);
  std::vector<std::string> replies(documents.size());
  std::vector<HttpRequest> requests;
  std::vector<std::size_t> asked;  // of each request: which document it is
  for (std::size_t i = 0; i < documents.size(); ++i) {
    if (auto known = cache_.find(documents[i])) {
      replies[i] = std::move(*known);
    } else {
      requests.push_back({url, documents[i], headers_});
      asked.push_back(i);
    }
  }
  HttpOptions options = options_;
  options.cancelled = cancelled;
  post_all(requests, options, [&](std::size_t request, const std::string& reply) {
    replies[asked[request]] = reply;
    cache_.store(documents[asked[request]], reply);
  });
  return replies;
}

}  // namespace shoal::task
