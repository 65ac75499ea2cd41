#include "task/scorer/http_client.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>

#include "base/error.hpp"
#include "base/handle.hpp"
#include "base/hash.hpp"

namespace shoal::task {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

struct EasyTraits {
  using Value = CURL*;
  static Value empty() { return nullptr; }
  static void close(Value value) { curl_easy_cleanup(value); }
};

struct MultiTraits {
  using Value = CURLM*;
  static Value empty() { return nullptr; }
  static void close(Value value) { curl_multi_cleanup(value); }
};

struct HeaderTraits {
  using Value = curl_slist*;
  static Value empty() { return nullptr; }
  static void close(Value value) { curl_slist_free_all(value); }
};

void start_library() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

/// One request until it is answered: attempts, and when the next may begin.
class Exchange {
 public:
  Exchange(const HttpRequest& request, const HttpOptions& options)
      : request_(request), options_(options), easy_(curl_easy_init()) {
    add_header("Content-Type: application/json");
    for (const std::string& header : request.headers) add_header(header);
    CURL* const easy = easy_.value();
    curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.c_str());
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers_.value());
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(options.timeout.count()));
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Exchange::receive);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, this);
  }

  CURL* begin() {
    body_.clear();
    ++attempts_;
    return easy_.value();
  }

  CURL* easy() const { return easy_.value(); }
  Clock::time_point ready_at() const { return ready_at_; }
  std::string& body() { return body_; }
  const std::string& failure() const { return failure_; }

  /// Whether the attempt that has just ended was answered; when not, the next attempt is put off.
  bool answered(CURLcode result) {
    long status = 0;
    curl_easy_getinfo(easy_.value(), CURLINFO_RESPONSE_CODE, &status);
    if (result == CURLE_WRITE_ERROR) {
      fail(ExitCode::service, "{} answers with more than {} bytes. Check the service.", request_.url,
           options_.largest_response);
    }
    if (result == CURLE_OK && status >= 200 && status < 300) return true;
    failure_ = result == CURLE_OK ? fmt::format("status {}", status) : curl_easy_strerror(result);
    if (result == CURLE_OK && !may_pass(status)) {
      fail(ExitCode::service, "{} refuses a request (status {}: {}). Check url and key.", request_.url, status,
           first_line(body_));
    }
    ready_at_ = Clock::now() + delay();
    return false;
  }

 private:
  static bool may_pass(long status) { return status == 408 || status == 425 || status == 429 || status >= 500; }

  static std::string first_line(const std::string& text) {
    return text.substr(0, std::min(text.find('\n'), std::size_t{200}));
  }

  void add_header(const std::string& header) {
    curl_slist* const longer = curl_slist_append(headers_.value(), header.c_str());
    headers_.release();
    headers_ = Handle<HeaderTraits>(longer);
  }

  static std::size_t receive(char* data, std::size_t, std::size_t size, void* self) {
    auto& exchange = *static_cast<Exchange*>(self);
    if (exchange.body_.size() + size > exchange.options_.largest_response) return 0;
    exchange.body_.append(data, size);
    return size;
  }

  /// What the service asks for, or twice the last delay; between half of it and the whole, so that many clients do not
  /// come back at once.
  milliseconds delay() const {
    curl_off_t asked = 0;
    curl_easy_getinfo(easy_.value(), CURLINFO_RETRY_AFTER, &asked);
    if (asked > 0) return std::min<milliseconds>(std::chrono::seconds(asked), options_.give_up_after);
    const auto doubled = options_.first_delay * (1LL << std::min(attempts_ - 1, 20));
    const auto whole = std::min<milliseconds>(doubled, options_.longest_delay);
    // Any spread will do: nothing but the waiting depends on it.
    const double jitter = static_cast<double>(xxh3(request_.body + std::to_string(attempts_)) >> 11U) * 0x1p-53;
    return milliseconds(static_cast<std::int64_t>(static_cast<double>(whole.count()) * (0.5 + 0.5 * jitter)));
  }

  const HttpRequest& request_;
  const HttpOptions& options_;
  Handle<EasyTraits> easy_;
  Handle<HeaderTraits> headers_;
  std::string body_;
  std::string failure_;
  int attempts_ = 0;
  Clock::time_point ready_at_ = Clock::now();
};

/// All exchanges of one call.
class Exchanges {
 public:
  Exchanges(std::span<const HttpRequest> requests, const HttpOptions& options,
            const std::function<void(std::size_t, const std::string&)>& answered)
      : options_(options), answered_(answered), multi_(curl_multi_init()) {
    for (const HttpRequest& request : requests) all_.push_back(std::make_unique<Exchange>(request, options));
    for (const auto& exchange : all_) waiting_.push_back(exchange.get());
  }

  ~Exchanges() {
    for (Exchange* exchange : running_) curl_multi_remove_handle(multi_.value(), exchange->easy());
  }
  Exchanges(const Exchanges&) = delete;
  Exchanges& operator=(const Exchanges&) = delete;

  std::vector<std::string> run() {
    while (!waiting_.empty() || !running_.empty()) {
      if (options_.cancelled()) throw ServiceUnavailable{"the search was told to stop while it waited for a service"};
      start_ready();
      int active = 0;
      curl_multi_perform(multi_.value(), &active);
      take_ended();
      if (!waiting_.empty() || !running_.empty())
        curl_multi_poll(multi_.value(), nullptr, 0, poll_milliseconds, nullptr);
    }
    std::vector<std::string> bodies;
    for (const auto& exchange : all_) bodies.push_back(std::move(exchange->body()));
    return bodies;
  }

 private:
  static constexpr int poll_milliseconds = 20;

  void start_ready() {
    const auto now = Clock::now();
    for (auto next = waiting_.begin(); next != waiting_.end() && running_.size() < options_.concurrency;) {
      if ((*next)->ready_at() > now) {
        ++next;
        continue;
      }
      curl_multi_add_handle(multi_.value(), (*next)->begin());
      running_.push_back(*next);
      next = waiting_.erase(next);
    }
  }

  void take_ended() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.value(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const CURLcode result = message->data.result;
      Exchange* exchange = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &exchange);
      curl_multi_remove_handle(multi_.value(), message->easy_handle);
      std::erase(running_, exchange);
      end(*exchange, exchange->answered(result));
    }
  }

  void end(Exchange& exchange, bool was_answered) {
    if (was_answered) {
      failing_since_.reset();
      if (answered_) answered_(index_of(exchange), exchange.body());
      return;
    }
    const auto now = Clock::now();
    if (!failing_since_) failing_since_ = now;
    if (now - *failing_since_ >= options_.give_up_after) {
      throw ServiceUnavailable{
          fmt::format("a service has failed for {} s ({})", options_.give_up_after.count() / 1000, exchange.failure())};
    }
    waiting_.push_back(&exchange);
  }

  std::size_t index_of(const Exchange& exchange) const {
    const auto found = std::ranges::find(all_, &exchange, [](const auto& pointer) { return pointer.get(); });
    return static_cast<std::size_t>(found - all_.begin());
  }

  const HttpOptions& options_;
  const std::function<void(std::size_t, const std::string&)>& answered_;
  Handle<MultiTraits> multi_;
  std::vector<std::unique_ptr<Exchange>> all_;
  std::vector<Exchange*> waiting_;
  std::vector<Exchange*> running_;
  std::optional<Clock::time_point> failing_since_;
};

}  // namespace

std::vector<std::string> post_all(std::span<const HttpRequest> requests, const HttpOptions& options,
                                  const std::function<void(std::size_t, const std::string&)>& answered) {
  start_library();
  return Exchanges(requests, options, answered).run();
}

}  // namespace shoal::task
