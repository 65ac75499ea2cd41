#include "task/likelihood_outcome.hpp"

#include <catch2/catch.hpp>
#include <cmath>

namespace likelihood_outcome_test {

using namespace shoal;
using namespace shoal::task;

namespace {

const Item item{"Which?", {{"A", "no"}, {"B", "certainly"}, {"C", "\u00e9\u00e8"}}, "B"};

TaskConfig options(Normalise normalise = Normalise::none, Continuation continuation = Continuation::text) {
  TaskConfig config;
  config.type = TaskType::option_likelihood;
  config.normalise = normalise;
  config.continuation = continuation;
  return config;
}

std::vector<model::Likelihood> likelihoods(const std::vector<double>& values) {
  std::vector<model::Likelihood> list;
  for (const double value : values) list.push_back({value, 3});
  return list;
}

std::string answer(const TaskConfig& config, const std::vector<double>& values) {
  return option_outcome(config, item, likelihoods(values)).answer.value();
}

}  // namespace

TEST_CASE("the likeliest option is the answer, and scores when it is the gold one") {
  const Outcome right = option_outcome(options(), item, likelihoods({-5.0, -4.5, -7.0}));
  CHECK(right.score == 1.0);
  CHECK(right.answer == "B");
  CHECK(right.target == "B");
  CHECK(right.parsed);
  const Outcome wrong = option_outcome(options(), item, likelihoods({-5.0, -5.5, -7.0}));
  CHECK(wrong.score == 0.0);
  CHECK(wrong.answer == "A");
  CHECK(wrong.parsed);
}

TEST_CASE("equal likelihoods go to the first option") { CHECK(answer(options(), {-7.0, -5.0, -5.0}) == "B"); }

TEST_CASE("length divides by the characters of the option's text, code points and not bytes") {
  CHECK(answer(options(), {-4.0, -9.0, -3.9}) == "C");
  CHECK(answer(options(Normalise::length), {-4.0, -9.0, -3.9}) == "B");  // 2, 1, 1.95 per character
  CHECK(answer(options(Normalise::length), {-4.0, -9.0, -1.9}) == "C");  // 2, 1, 0.95
  CHECK(answer(options(Normalise::length, Continuation::key), {-4.0, -9.0, -3.9}) == "C");
}

TEST_CASE("every option's log-likelihood is kept, as it was measured") {
  const Outcome outcome = option_outcome(options(Normalise::length), item, likelihoods({-4.0, -9.0, -3.9}));
  REQUIRE(outcome.details.size() == 3);
  CHECK(outcome.details[1].name == "B");
  CHECK(std::get<double>(outcome.details[1].value) == -9.0);
}

TEST_CASE("options follow a space, unless the prompt ends with white space or is a message") {
  CHECK(option_continuations(options(), item, "Answer:") ==
        std::vector<std::string>{" no", " certainly", " \u00e9\u00e8"});
  CHECK(option_continuations(options(), item, "Answer:\n")[0] == "no");
  TaskConfig chat = options();
  chat.chat_template = true;
  CHECK(option_continuations(chat, item, "Answer:")[0] == "no");
  CHECK(option_continuations(options(Normalise::none, Continuation::key), item, "is")[1] == " B");
}

TEST_CASE("a gold text scores one over its perplexity") {
  const Outcome outcome = perplexity_outcome({"q", {}, "gold"}, {-6.0, 4});
  CHECK(outcome.score == Approx(std::exp(-1.5)));
  CHECK(outcome.parsed);
  CHECK_FALSE(outcome.answer);
  CHECK(outcome.target == "gold");
  CHECK(std::get<double>(outcome.details.at(2).value) == Approx(std::exp(1.5)));
  CHECK(perplexity_outcome({"q", {}, "gold"}, {0.0, 4}).score == 1.0);
}

TEST_CASE("a gold text stands behind a space, or alone") {
  CHECK(gold_continuation({}, {"q", {}, "gold"}, "q") == " gold");
  CHECK(gold_continuation({}, {"", {}, "gold"}, "") == "gold");
}

}  // namespace likelihood_outcome_test
