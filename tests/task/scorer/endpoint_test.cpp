#include "task/scorer/endpoint.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>

#include "support/error_of.hpp"
#include "support/http_server.hpp"
#include "support/temp_folder.hpp"

namespace endpoint_test {

using Catch::Matchers::Contains;
using namespace shoal;
using namespace shoal::task;
using namespace shoal::testing;

namespace {

const std::vector<std::string> documents{"one", "two"};
bool never() { return false; }

ServiceConfig config_of(const HttpServer& server) {
  ServiceConfig config;
  config.url = server.url();
  return config;
}

}  // namespace

TEST_CASE("what a service has replied is not asked again, by another endpoint either", "[endpoint]") {
  const TempFolder folder;
  const HttpServer server([](const std::string& body) { return ServerReply{200, body + "!", ""}; });
  ServiceConfig config = config_of(server);
  config.cache = folder.path();

  const auto first = Endpoint(config, "").ask(documents, never);
  const auto second = Endpoint(config, "").ask(std::vector<std::string>{"two", "three"}, never);

  CHECK(first == std::vector<std::string>{"one!", "two!"});
  CHECK(second == std::vector<std::string>{"two!", "three!"});
  CHECK(server.requests() == 3);
}

TEST_CASE("replies that came before a failure are kept", "[endpoint]") {
  const TempFolder folder;
  bool broken = true;
  const HttpServer server([&](const std::string& body) {
    return body == "two" && broken ? ServerReply{400, "", ""} : ServerReply{200, body + "!", ""};
  });
  ServiceConfig config = config_of(server);
  config.cache = folder.path();
  config.concurrency = 1;
  const Endpoint endpoint(config, "");
  CHECK_THAT(error_of([&] { endpoint.ask(documents, never); }), Contains("6: "));

  broken = false;
  const auto replies = endpoint.ask(documents, never);

  CHECK(replies == std::vector<std::string>{"one!", "two!"});
  CHECK(server.requests() == 3);  // one, two (refused), two
}

TEST_CASE("the secret comes from the environment and goes into the header only", "[endpoint]") {
  const TempFolder folder;
  const HttpServer server([](const std::string&) { return ServerReply{200, "ok", ""}; });
  ServiceConfig config = config_of(server);
  config.key_variable = "SHOAL_TEST_KEY";
  config.cache = folder.path();
  ::unsetenv("SHOAL_TEST_KEY");
  CHECK_THAT(error_of([&] { Endpoint(config, "Authorization: Bearer "); }),
             Contains("2: ") && Contains("SHOAL_TEST_KEY"));

  ::setenv("SHOAL_TEST_KEY", "hush", 1);
  Endpoint(config, "Authorization: Bearer ").ask(documents, never);

  CHECK_THAT(server.heard().front(), Contains("Authorization: Bearer hush"));
}

TEST_CASE("the url may come from the environment, which is read when it is needed", "[endpoint]") {
  const HttpServer server([](const std::string&) { return ServerReply{200, "ok", ""}; });
  ServiceConfig config;
  config.url_variable = "SHOAL_TEST_URL";
  ::unsetenv("SHOAL_TEST_URL");
  const Endpoint endpoint(config, "");
  CHECK_THAT(error_of([&] { endpoint.ask(documents, never); }), Contains("2: ") && Contains("SHOAL_TEST_URL"));

  ::setenv("SHOAL_TEST_URL", server.url().c_str(), 1);
  CHECK(endpoint.ask(documents, never).size() == 2);
}

}  // namespace endpoint_test
