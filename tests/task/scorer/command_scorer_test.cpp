#include "task/scorer/command_scorer.hpp"

#include <catch2/catch.hpp>

#include "support/error_of.hpp"
#include "task/scorer/http_client.hpp"

namespace command_scorer_test {

using Catch::Matchers::Contains;
using namespace shoal;
using namespace shoal::task;
using shoal::testing::error_of;

namespace {

const std::vector<Answer> answers{{0, "dev", "p", "four", "t"}, {1, "dev", "p", "", "t"}};

std::vector<std::optional<double>> scores(
    const std::string& python, double timeout = 20.0, const std::function<bool()>& cancelled = [] { return false; }) {
  ServiceConfig config;
  config.command = {"python3", "-c", python};
  config.timeout = timeout;
  return CommandScorer("essay", config).score(answers, cancelled);
}

}  // namespace

TEST_CASE("a program reads answers and writes scores", "[command]") {
  CHECK(scores("import json\n"
               "request = json.loads(input())\n"
               "print(json.dumps({'version': 1, 'scores': [len(a['output']) / 8 for a in request['answers']]}))") ==
        std::vector<std::optional<double>>{0.5, 0.0});
}

TEST_CASE("a program that fails is an error with its last words", "[command]") {
  CHECK_THAT(error_of([] { scores("raise SystemExit('no such judge')"); }),
             Contains("6: ") && Contains("python3") && Contains("essay") && Contains("no such judge"));
  CHECK_THAT(error_of([] { scores("print('hm')"); }), Contains("6: ") && Contains("essay"));
}

TEST_CASE("a program that takes too long is killed", "[command]") {
  CHECK_THAT(error_of([] { scores("import time; time.sleep(60)", 0.3); }), Contains("6: ") && Contains("0.3 s"));
}

TEST_CASE("a program that takes too much memory fails", "[command]") {
  ServiceConfig config;
  config.command = {"python3", "-c", "x = bytearray(1 << 30)"};
  config.memory = std::size_t{300} << 20;
  CHECK_THAT(error_of([&] { CommandScorer("essay", config).score(answers, [] { return false; }); }),
             Contains("6: ") && Contains("MemoryError"));
}

TEST_CASE("waiting for a program ends when the search is told to stop", "[command]") {
  CHECK_THROWS_AS(scores("import time; time.sleep(60)", 60.0, [] { return true; }), ServiceUnavailable);
}

}  // namespace command_scorer_test
