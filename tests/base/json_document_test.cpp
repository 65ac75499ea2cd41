#include "base/json_document.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "support/error_of.hpp"

namespace json_document_test {

namespace {

using namespace shoal;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using testing::error_of;

TEST_CASE("valid JSON is parsed; the same key in different objects is no duplicate") {
  const auto json = parse_json(R"({"a":{"x":1},"b":[{"x":2},{"x":3}]})", "f.json");
  CHECK(json["b"][1]["x"] == 3);
}

TEST_CASE("the ordered form keeps the file's order of keys") {
  const auto json = parse_ordered_json(R"({"z":1,"a":2})", "f.json");
  CHECK(json.begin().key() == "z");
}

TEST_CASE("broken JSON, duplicate keys and deep nesting are input errors that name the file") {
  for (const char* text : {"", "{", "{} x", "[1,]", "{\"a\":NaN}"}) {
    INFO(text);
    CHECK_THAT(error_of([&] { parse_json(text, "f.json"); }), StartsWith("3: f.json is not valid JSON"));
  }
  CHECK_THAT(error_of([] { parse_json(R"([{"a":1,"a":2}])", "f.json"); }),
             StartsWith("3: f.json has the key \"a\" twice"));
  const std::string deep = std::string(65, '[') + "1" + std::string(65, ']');
  CHECK_THAT(error_of([&] { parse_json(deep, "f.json"); }), Contains("nested too deeply"));
  CHECK(error_of([&] { parse_json(std::string_view(deep).substr(1, 129), "f.json"); }) == "none");
}

TEST_CASE("a huge broken token does not become a huge sentence") {
  const std::string text = "\"" + std::string(100'000, 'a') + "\x01";
  CHECK(error_of([&] { parse_json(text, "f.json"); }).size() < 400);
}

TEST_CASE("shown text is quoted, escaped and short") {
  CHECK(shown("a\"b\n") == R"("a\"b\n")");
  CHECK(shown("\xff") == R"("\ufffd")");
  CHECK(shown(std::string(1000, 'x')).size() < 120);
}

}  // namespace

}  // namespace json_document_test
