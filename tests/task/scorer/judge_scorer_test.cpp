#include "task/scorer/judge_scorer.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "support/http_server.hpp"

namespace judge_scorer_test {

using Catch::Matchers::Contains;
using namespace shoal;
using namespace shoal::task;
using shoal::testing::HttpServer;
using shoal::testing::ServerReply;

namespace {

std::string completion(const std::string& words) {
  return nlohmann::json{{"choices", {{{"message", {{"role", "assistant"}, {"content", words}}}}}}}.dump();
}

ServiceConfig config_of(const HttpServer& server) {
  ServiceConfig config;
  config.url = server.url();
  config.model = "judge-1";
  return config;
}

std::vector<std::optional<double>> scores(const ServiceConfig& config) {
  const std::vector<Answer> answers{{0, "dev", "What is 1 + 1? {output}", "Two.", ""}};
  return JudgeScorer(config).score(answers, [] { return false; });
}

}  // namespace

TEST_CASE("a rating is a line of its own; the last one counts", "[judge]") {
  CHECK(JudgeScorer::rating_in("Good.\nRating: 7") == 7.0);
  CHECK(JudgeScorer::rating_in("Rating: 3\nOn reflection:\n**Rating:** [[8.5]]\n") == 8.5);
  CHECK(JudgeScorer::rating_in("rating: 10/10.") == 10.0);
  CHECK(JudgeScorer::rating_in("  Rating : 1  ") == 1.0);
}

TEST_CASE("numbers elsewhere and ratings outside of 1 to 10 are no rating", "[judge]") {
  for (const char* words : {"", "7", "I would say Rating: 7 or so", "Rating: 0", "Rating: 11", "Rating: 10.5",
                            "Rating: seven", "Rating: 7\x01", "Rating: -3"}) {
    INFO(words);
    CHECK_FALSE(JudgeScorer::rating_in(words));
  }
  CHECK_FALSE(JudgeScorer::rating_in("Rating: 5" + std::string(100'000, ' ')));
}

TEST_CASE("the judge is asked with prompt and answer, at temperature 0, and its rating becomes a score", "[judge]") {
  const HttpServer server([](const std::string&) { return ServerReply{200, completion("Fine.\nRating: 10"), ""}; });
  CHECK(scores(config_of(server)) == std::vector<std::optional<double>>{1.0});

  const std::string heard = server.heard().front();
  const auto request = nlohmann::json::parse(heard.substr(heard.find("\r\n\r\n") + 4));
  CHECK(request["model"] == "judge-1");
  CHECK(request["temperature"] == 0);
  const std::string question = request["messages"][0]["content"];
  CHECK_THAT(question, Contains("What is 1 + 1? {output}") && Contains("Two.") && Contains("Rating: N"));
}

TEST_CASE("the question may be the user's own", "[judge]") {
  const HttpServer server([](const std::string&) { return ServerReply{200, completion("Rating: 1"), ""}; });
  ServiceConfig config = config_of(server);
  config.question = "Is <{output}> polite?";
  CHECK(scores(config) == std::vector<std::optional<double>>{0.0});
  CHECK_THAT(server.heard().front(), Contains("Is <Two.> polite?"));
}

TEST_CASE("a judge that says nothing readable gives no score", "[judge]") {
  for (const char* reply :
       {"", "not json", "{}", R"({"choices": []})", R"({"choices": [{"message": {"content": null}}]})"}) {
    INFO(reply);
    const HttpServer server([&](const std::string&) { return ServerReply{200, reply, ""}; });
    CHECK(scores(config_of(server)) == std::vector<std::optional<double>>{std::nullopt});
  }
}

}  // namespace judge_scorer_test
