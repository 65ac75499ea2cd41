#include "task/record_reader.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "support/error_of.hpp"

namespace record_reader_test {

using namespace shoal;
using Catch::Matchers::Contains;
using shoal::testing::error_of;
using task::RecordForm;
using Json = nlohmann::ordered_json;

namespace {

Json read(const RecordForm& form, const std::string& record) {
  return task::RecordReader(form).item_of(Json::parse(record), "f: dev item 3");
}

std::string answer(const std::string& form, const std::string& record) {
  return read({"{{q}}", "{{c}}", {}, form}, record)["answer"];
}

}  // namespace

TEST_CASE("a record becomes an item by templates") {
  const Json item =
      read({"Q: {{q}}", "{{[a, b]}}", {}, "{{right}}"}, R"({"q": "x", "a": "1", "b": "it's", "right": 1})");
  CHECK(item == Json::parse(R"({"question": "Q: x", "choices": ["1", "it's"], "answer": "B"})"));
}

TEST_CASE("what has no template comes from the field of that name") {
  CHECK(read({"{{q}}", "", {}, ""}, R"({"q": "x", "answer": "y", "choices": {"A": "y"}})") ==
        Json::parse(R"({"question": "x", "choices": {"A": "y"}, "answer": "y"})"));
}

TEST_CASE("an answer names an option by its place, its text, its letter or a truth value") {
  const std::string rest = R"(, "q": "x", "c": ["no", "yes", "7"]})";
  CHECK(answer("{{a}}", R"({"a": 1)" + rest) == "B");
  CHECK(answer("{{a}}", R"({"a": "2")" + rest) == "C");
  CHECK(answer("{{a}}", R"({"a": 7)" + rest) == "C");  // there is no eighth option, so it is a text
  CHECK(answer("{{a}}", R"({"a": "yes")" + rest) == "B");
  CHECK(answer("{{a}}", R"({"a": "C")" + rest) == "C");
  CHECK(answer("{{a}}", R"({"a": true)" + rest) == "B");
  CHECK(answer("{{['x', 'y'].index(a)}}", R"({"a": "y")" + rest) == "B");
}

TEST_CASE("the same options may serve for all records") {
  CHECK(read({"{{q}}", "", {"no", "yes"}, "{{a}}"}, R"({"q": "x", "a": 0})")["choices"] ==
        Json::parse(R"(["no", "yes"])"));
}

TEST_CASE("without options the answer is the gold text") {
  CHECK(read({"{{q}}", "", {}, "{{a}}"}, R"({"q": "x", "a": 12})")["answer"] == "12");
}

TEST_CASE("records that do not fit are named") {
  CHECK_THAT(error_of([] { read({"{{q}}", "", {}, ""}, R"({"r": 1})"); }), Contains("3: f: dev item 3: it has no q"));
  CHECK_THAT(error_of([] {
               read({"{{q}}", "{{c}}", {}, "{{a}}"}, R"({"q": "x", "c": ["a", "b"], "a": "z"})");
             }),
             Contains("answer \"z\" names none of its 2 options"));
  CHECK_THAT(error_of([] { read({"{{q}}", "{{c}}", {}, ""}, R"({"q": "x", "c": "text"})"); }), Contains("not a list"));
  CHECK_THAT(error_of([] { read({"{{q}}", "a{{c}}", {}, ""}, R"({"q": "x", "c": "text"})"); }), Contains("is no list"));
  CHECK_THAT(error_of([] { read({"{{q}}", "", {}, ""}, "[1]"); }), Contains("not an object"));
}

}  // namespace record_reader_test
