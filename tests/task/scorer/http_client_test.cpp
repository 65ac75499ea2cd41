#include "task/scorer/http_client.hpp"

#include <catch2/catch.hpp>
#include <chrono>

#include "support/error_of.hpp"
#include "support/http_server.hpp"

namespace http_client_test {

using Catch::Matchers::Contains;
using namespace shoal;
using namespace shoal::task;
using shoal::testing::error_of;
using shoal::testing::HttpServer;
using shoal::testing::ServerReply;

namespace {

/// Patient for a fraction of a second only.
HttpOptions quick() {
  HttpOptions options;
  options.timeout = std::chrono::milliseconds(500);
  options.give_up_after = std::chrono::milliseconds(700);
  options.first_delay = std::chrono::milliseconds(10);
  options.longest_delay = std::chrono::milliseconds(40);
  return options;
}

std::string unavailable(const std::vector<HttpRequest>& requests, const HttpOptions& options) {
  try {
    post_all(requests, options);
  } catch (const ServiceUnavailable& away) {
    return away.sentence;
  }
  return "answered";
}

/// A port on which nobody listens.
std::string closed_url() {
  const HttpServer gone([](const std::string&) { return ServerReply{}; });
  return gone.url();
}

}  // namespace

TEST_CASE("many requests are answered in order, with headers, a few at a time", "[http]") {
  const HttpServer server([](const std::string& body) { return ServerReply{200, "re: " + body, ""}; });
  std::vector<HttpRequest> requests;
  for (int i = 0; i < 20; ++i) requests.push_back({server.url(), std::to_string(i), {"X-Secret: s"}});
  std::vector<std::size_t> told;

  const auto replies = post_all(requests, quick(), [&](std::size_t i, const std::string&) { told.push_back(i); });

  REQUIRE(replies.size() == 20);
  for (int i = 0; i < 20; ++i) CHECK(replies[static_cast<std::size_t>(i)] == "re: " + std::to_string(i));
  CHECK(told.size() == 20);
  CHECK_THAT(server.heard().front(), Contains("X-Secret: s") && Contains("Content-Type: application/json"));
}

TEST_CASE("a service that is busy at first is asked again until it answers", "[http]") {
  for (const int status : {408, 425, 429, 500, 503}) {
    int asked = 0;
    const HttpServer server([&](const std::string&) {
      return ++asked < 4 ? ServerReply{status, "", ""} : ServerReply{200, "ok", ""};
    });
    CHECK(post_all(std::vector<HttpRequest>{{server.url(), "x", {}}}, quick()).front() == "ok");
    CHECK(server.requests() == 4);
  }
}

TEST_CASE("Retry-After is respected", "[http]") {
  int asked = 0;
  const HttpServer server([&](const std::string&) {
    return ++asked < 2 ? ServerReply{429, "", "Retry-After: 1\r\n"} : ServerReply{200, "ok", ""};
  });
  HttpOptions options = quick();
  options.give_up_after = std::chrono::seconds(5);
  const auto begin = std::chrono::steady_clock::now();
  post_all(std::vector<HttpRequest>{{server.url(), "x", {}}}, options);
  CHECK(std::chrono::steady_clock::now() - begin >= std::chrono::milliseconds(950));
}

TEST_CASE("a service that stays away is given up with the reason", "[http]") {
  CHECK_THAT(unavailable({{closed_url(), "x", {}}}, quick()), Contains("connect"));
  const HttpServer busy([](const std::string&) { return ServerReply{503, "", ""}; });
  CHECK_THAT(unavailable({{busy.url(), "x", {}}}, quick()), Contains("status 503"));
}

TEST_CASE("an attempt that hangs ends with the timeout and is repeated", "[http]") {
  std::atomic<int> asked = 0;
  const HttpServer server([&](const std::string&) {
    if (++asked == 1) std::this_thread::sleep_for(std::chrono::milliseconds(400));
    return ServerReply{200, "ok", ""};
  });
  HttpOptions options = quick();
  options.timeout = std::chrono::milliseconds(200);
  options.give_up_after = std::chrono::seconds(5);
  CHECK(post_all(std::vector<HttpRequest>{{server.url(), "x", {}}}, options).front() == "ok");
  CHECK(asked >= 2);
}

TEST_CASE("a refusal ends it at once with status, url and the service's words", "[http]") {
  const HttpServer server([](const std::string&) { return ServerReply{401, "wrong key\nmore", ""}; });
  const auto sentence = error_of([&] { post_all(std::vector<HttpRequest>{{server.url(), "x", {}}}, quick()); });
  CHECK_THAT(sentence, Contains("6: ") && Contains("401") && Contains("wrong key") && Contains(server.url()));
  CHECK(server.requests() == 1);
}

TEST_CASE("an answer without end is refused", "[http]") {
  const HttpServer server([](const std::string&) { return ServerReply{200, std::string(100'000, 'a'), ""}; });
  HttpOptions options = quick();
  options.largest_response = 1000;
  CHECK_THAT(error_of([&] {
               post_all(std::vector<HttpRequest>{{server.url(), "x", {}}}, options);
             }),
             Contains("6: ") && Contains("1000 bytes"));
}

TEST_CASE("waiting ends when the search is told to stop", "[http]") {
  HttpOptions options = quick();
  options.give_up_after = std::chrono::hours(1);
  int polled = 0;
  options.cancelled = [&] { return ++polled > 5; };
  CHECK_THAT(unavailable({{closed_url(), "x", {}}}, options), Contains("told to stop"));
}

}  // namespace http_client_test
