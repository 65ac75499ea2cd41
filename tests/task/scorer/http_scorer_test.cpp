#include "task/scorer/http_scorer.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "support/error_of.hpp"
#include "support/http_server.hpp"

namespace http_scorer_test {

using Catch::Matchers::Contains;
using namespace shoal;
using namespace shoal::task;
using namespace shoal::testing;

namespace {

const std::vector<Answer> answers{{0, "dev", "p", "long answer", "t"}, {7, "dev", "q", "", "u"}};

std::vector<std::optional<double>> scores(const HttpServer& server) {
  ServiceConfig config;
  config.url = server.url();
  return HttpScorer("length", config).score(answers, [] { return false; });
}

}  // namespace

TEST_CASE("a service scores every answer that it is sent", "[http_scorer]") {
  const HttpServer server([](const std::string& body) {
    const auto request = nlohmann::json::parse(body);
    const auto& answer = request["answers"][0];
    const nlohmann::json score = answer["output"].get<std::string>().empty() ? nlohmann::json() : nlohmann::json(0.5);
    CHECK(request["task"] == "length");
    return ServerReply{200, nlohmann::json{{"version", 1}, {"scores", {score}}}.dump(), ""};
  });
  CHECK(scores(server) == std::vector<std::optional<double>>{0.5, std::nullopt});
}

TEST_CASE("a service that replies with something else is an error that names the task", "[http_scorer]") {
  const HttpServer server([](const std::string&) { return ServerReply{200, "hm", ""}; });
  CHECK_THAT(error_of([&] { scores(server); }), Contains("6: ") && Contains("task length"));
}

}  // namespace http_scorer_test
