#include "base/json_file.hpp"

#include <catch2/catch.hpp>

#include "support/error_of.hpp"
#include "support/json_parts.hpp"

namespace json_file_test {

using Catch::Matchers::Contains;
using namespace shoal::testing;

TEST_CASE("Values are read by type, absent and null ones have defaults") {
  const auto file = as_file({{"n", 3}, {"x", 0.5}, {"f", true}, {"t", "text"}, {"none", nullptr}});
  CHECK(file.count("n") == 3);
  CHECK(file.count_or("none", 7) == 7);
  CHECK(file.number_or("x", 1.0) == 0.5);
  CHECK(file.number_or("n", 1.0) == 3.0);
  CHECK(file.flag_or("f", false));
  CHECK(file.text_or("t", "") == "text");
  CHECK(file.text_or("absent", "default") == "default");
  CHECK_FALSE(file.has("none"));
}

TEST_CASE("A value of another type is an input error with file and key") {
  const auto file = as_file({{"n", 2.5}, {"x", "1"}, {"f", 1}, {"t", 4}, {"big", 3000000000U}, {"zero", 0}});
  CHECK_THAT(error_of([&] { file.count("n"); }), Contains("3: ") && Contains("part.json") && Contains("\"n\""));
  CHECK_THAT(error_of([&] { file.number_or("x", 0.0); }), Contains("3: ") && Contains("\"x\""));
  CHECK_THAT(error_of([&] { file.flag_or("f", false); }), Contains("3: ") && Contains("\"f\""));
  CHECK_THAT(error_of([&] { file.text_or("t", ""); }), Contains("3: ") && Contains("\"t\""));
  CHECK_THAT(error_of([&] { file.count("big"); }), Contains("out of range"));
  CHECK_THAT(error_of([&] { file.count("zero"); }), Contains("out of range"));
  CHECK_THAT(error_of([&] { file.count("absent"); }), Contains("missing"));
}

TEST_CASE("Objects and lists inside keep the whole key in messages") {
  const auto file = as_file({{"a", {{"n", -1}}}, {"list", {{{"n", 1}}, {{"n", -1}}}}, {"numbers", {1}}});
  CHECK_THAT(error_of([&] { file.child("a").count("n"); }), Contains("\"a.n\""));
  CHECK(file.children("list").size() == 2);
  CHECK_THAT(error_of([&] { file.children("list")[1].count("n"); }), Contains("\"list[1].n\""));
  CHECK_THAT(error_of([&] { file.child("list"); }), Contains("not an object"));
  CHECK_THAT(error_of([&] { file.children("a"); }), Contains("not a list"));
  CHECK_THAT(error_of([&] { file.children("numbers"); }), Contains("not an object"));
}

TEST_CASE("Duplicate keys are refused") {
  const TempFolder folder;
  std::ofstream(folder / "twice.json") << R"({"a": 1, "a": 2})";
  CHECK_THAT(error_of([&] { shoal::JsonFile(folder / "twice.json"); }), Contains("3: ") && Contains("twice.json"));
}

}  // namespace json_file_test
