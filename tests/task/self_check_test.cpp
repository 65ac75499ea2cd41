#include "task/self_check.hpp"

#include <catch2/catch.hpp>

namespace self_check_test {

using namespace shoal::task;

namespace {

Outcome answered(double score) { return {score, true, "A", "A"}; }

}  // namespace

TEST_CASE("the second question is the first one with the chosen option and the published words") {
  TaskConfig config;
  CHECK(self_check_prompt(config, "Q?", {"B", "blue"}) ==
        "Q?\nProposed answer: B: blue\nIs the proposed answer true or false? Directly answer with true or false.");
  config.check = "True?";
  CHECK(self_check_prompt(config, "Q?", {"B", "blue"}) == "Q?\nProposed answer: B: blue\nTrue?");
}

TEST_CASE("the first of the words true and false is the verdict, whatever its case") {
  CHECK(verdict_in(" True.") == true);
  CHECK(verdict_in("It is FALSE, not true") == false);
  CHECK(verdict_in("true or false") == true);
  CHECK_FALSE(verdict_in("untrue, falsely"));
  CHECK_FALSE(verdict_in(""));
}

TEST_CASE("a verdict is settled when the word cannot grow any more, and is then the verdict of every continuation") {
  CHECK(verdict_settled(" true."));
  CHECK_FALSE(verdict_settled(" true"));
  CHECK_FALSE(verdict_settled(" true\xEF\xBF\xBD"));
  CHECK_FALSE(verdict_settled(" fal"));
  const std::string reply = " It is not true. It is false.";
  for (std::size_t end = 0; end <= reply.size(); ++end) {
    if (verdict_settled(reply.substr(0, end))) CHECK(verdict_in(reply.substr(0, end)) == verdict_in(reply));
  }
  CHECK(verdict_settled(reply));
}

TEST_CASE("an answer that is called false is withdrawn, right or wrong") {
  CHECK(checked(answered(1.0), "false").score == 0.5);
  CHECK(checked(answered(0.0), "false").score == 0.5);
  CHECK(checked(answered(1.0), "true").score == 1.0);
  CHECK(checked(answered(0.0), "true").score == 0.0);
  CHECK(checked(answered(0.0), "true").parsed);
}

TEST_CASE("an answer without a verdict stands, and counts as a parse failure") {
  const Outcome outcome = checked(answered(1.0), "who knows");
  CHECK(outcome.score == 1.0);
  CHECK_FALSE(outcome.parsed);
  CHECK(outcome.answer == "A");
}

TEST_CASE("the reply and what became of the answer are kept") {
  const Outcome outcome = checked(answered(1.0), "false!");
  REQUIRE(outcome.details.size() == 2);
  CHECK(std::get<std::string>(outcome.details[0].value) == "false!");
  CHECK(std::get<double>(outcome.details[1].value) == 1.0);
}

}  // namespace self_check_test
