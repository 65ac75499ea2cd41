#include "task/ordered_json.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "support/error_of.hpp"

namespace ordered_json_test {

using Catch::Matchers::Contains;
using shoal::task::parse_ordered_json;
using shoal::testing::error_of;

namespace {

std::string parse_error(const std::string& text) {
  return error_of([&] { parse_ordered_json(text, "d.json"); });
}

}  // namespace

TEST_CASE("keys keep the order of the file") {
  CHECK(parse_ordered_json(R"({"b": 1, "a": {"z": 1, "c": 2}})", "d.json").dump() == R"({"b":1,"a":{"z":1,"c":2}})");
}

TEST_CASE("a repeated key is refused by item") {
  CHECK(parse_error(R"({"dev": [{"choices": {"A": "x"}}, {"choices": {"A": "x", "A": "y"}}]})") ==
        "3: d.json: dev item 1 has the key \"A\" twice in one object. Remove one.");
  CHECK(parse_error(R"({"dev": [{}, {}], "test": [{"question": "q", "question": "q"}]})") ==
        "3: d.json: test item 0 has the key \"question\" twice in one object. Remove one.");
  CHECK(parse_error(R"({"dev": [], "dev": []})") ==
        "3: d.json: it has the key \"dev\" twice in one object. Remove one.");
}

TEST_CASE("equal keys in different objects are fine") {
  CHECK(parse_error(R"({"dev": [{"a": {"a": 1}}, {"a": 2}], "a": 1})") == "none");
}

TEST_CASE("text that is no JSON, or more than one value, is refused with a reason") {
  for (const char* text : {"", "{", "[1,]", "{} {}", "nul", "{\"a\": \"\\ud800\"}", "\"\xff\"", "1e999"}) {
    INFO(text);
    CHECK_THAT(parse_error(text), Contains("3: d.json is not valid JSON"));
  }
}

TEST_CASE("deep nesting is refused without using up the stack") {
  CHECK(parse_error(std::string(60, '[') + std::string(60, ']')) == "none");
  CHECK_THAT(parse_error(std::string(1'000'000, '[')), Contains("3: d.json is nested too deeply"));
}

}  // namespace ordered_json_test
