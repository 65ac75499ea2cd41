#include "results/result/eval_result.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace eval_result_test {

using namespace shoal;
using namespace std::string_literals;
using Json = nlohmann::json;

namespace {

results::EvalResult example() {
  results::EvalResult result;
  result.model = "m"s;
  result.adapters = {"a", "b"};
  result.mix = {0.25, 0.75};
  result.task = "sums"s;
  result.split = "test"s;
  result.dtype = "bfloat16"s;
  result.utility = 0.5;
  result.standard_error = 0.1;
  result.parse_failures = 1;
  result.samples = {{0, 12, {5, 6}, "é\n\"4\"", "4", "4", 1.0}, {1, 13, {}, "", std::nullopt, "5", 0.0}};
  result.prompt_tokens = 25;
  result.prompt_tokens_computed = 20;
  result.output_tokens = 2;
  return result;
}

Json json_of(const std::vector<results::EvalResult>& results) { return Json::parse(to_json(results)); }

}  // namespace

TEST_CASE("one result is an object with scores under the task's name") {
  const Json json = json_of({example()});
  CHECK(json["task"] == "sums");
  CHECK(json["adapters"] == Json{"a", "b"});
  CHECK(json["mix"] == Json{0.25, 0.75});
  const Json expected{{"utility", 0.5}, {"acc,none", 0.5}, {"acc_stderr,none", 0.1}, {"parse_failures", 1}, {"n", 2}};
  CHECK(json["results"]["sums"] == expected);
  CHECK(json["timing"]["prompt_tokens_computed"] == 20);
}

TEST_CASE("samples keep ids, text and answer, and null for an answer that could not be parsed") {
  const Json samples = json_of({example()})["samples"];
  REQUIRE(samples.size() == 2);
  CHECK(samples[0]["output"] == "é\n\"4\"");
  CHECK(samples[0]["output_ids"] == Json{5, 6});
  CHECK(samples[0]["answer"] == "4");
  CHECK(samples[1]["answer"].is_null());
  CHECK(samples[1]["output_ids"] == Json::array());
  CHECK(samples[1]["score"] == 0.0);
}

TEST_CASE("several results are a list in their order, and none an empty one") {
  results::EvalResult second = example();
  second.split = "dev"s;
  const Json json = json_of({example(), second});
  REQUIRE(json.size() == 2);
  CHECK(json[1]["split"] == "dev");
  CHECK(json_of({}) == Json::array());
}

TEST_CASE("details of a sample and measures of a task stand where they belong, when there are any") {
  results::EvalResult result = example();
  CHECK_FALSE(json_of({result})["samples"][0].contains("details"));
  result.samples[0].details = {{"A", -1.5}, {"reply", "yes"s}};
  result.measures = {{"perplexity", 3.25}};
  const Json json = json_of({result});
  CHECK(json["samples"][0]["details"] == Json{{"A", -1.5}, {"reply", "yes"}});
  CHECK(json["results"]["sums"]["perplexity"] == 3.25);
}

}  // namespace eval_result_test
