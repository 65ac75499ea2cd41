#include "task/scorer/score_protocol.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "support/error_of.hpp"

namespace score_protocol_test {

using Catch::Matchers::Contains;
using namespace shoal;
using namespace shoal::task;
using shoal::testing::error_of;

TEST_CASE("a request has the version, the task and everything about each answer", "[protocol]") {
  const std::vector<Answer> answers{{3, "test", "p\n", "o \xff", "t"}};
  const auto request = nlohmann::json::parse(to_request("essay", answers));
  CHECK(request["version"] == 1);
  CHECK(request["task"] == "essay");
  CHECK(request["answers"][0]["doc_id"] == 3);
  CHECK(request["answers"][0]["split"] == "test");
  CHECK(request["answers"][0]["prompt"] == "p\n");
  CHECK(request["answers"][0]["output"] == "o \xef\xbf\xbd");  // what is not UTF-8 is replaced
  CHECK(request["answers"][0]["target"] == "t");
}

TEST_CASE("scores are numbers from 0 to 1, or null", "[protocol]") {
  CHECK(scores_in(R"({"version": 1, "scores": [0, 1, 0.5, null]})", 4, "it") ==
        std::vector<std::optional<double>>{0.0, 1.0, 0.5, std::nullopt});
}

TEST_CASE("any other reply is an error of the service", "[protocol]") {
  for (const char* reply :
       {"", "[]", "{}", R"({"version": 2, "scores": [0]})", R"({"version": 1, "scores": 0})", R"({"version": 1})",
        R"({"version": 1, "scores": []})", R"({"version": 1, "scores": [1.5]})", R"({"version": 1, "scores": ["1"]})",
        R"({"version": 1, "scores": [-0.1]})"}) {
    INFO(reply);
    CHECK_THAT(error_of([&] { scores_in(reply, 1, "the scorer"); }), Contains("6: ") && Contains("the scorer"));
  }
}

}  // namespace score_protocol_test
