#include "config/yaml/yaml_reader.hpp"

#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "support/error_of.hpp"

namespace yaml_reader_test {

using namespace shoal;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using config::YamlMap;
using shoal::testing::error_of;

namespace {

YamlMap map_of(const std::string& text) { return {config::parse_yaml(text, "c.yaml"), "c.yaml", ""}; }

std::string parse_error(const std::string& text) {
  return error_of([&] { map_of(text); });
}

/// The document after --set, as a map.
YamlMap overridden(const std::string& text, const std::string& assignment) {
  YAML::Node document = config::parse_yaml(text, "c.yaml");
  config::override_key(document, assignment);
  return {document, "c.yaml", ""};
}

std::string override_error(const std::string& text, const std::string& assignment) {
  return error_of([&] { overridden(text, assignment); });
}

}  // namespace

TEST_CASE("values come back with their types") {
  YamlMap map = map_of(
      "t: word\nn: 1.5\ni: -3\nf: true\nts: [a, b]\nns: [1, 2.5]\nis: [1, -2]\nm: {x: 1}\nms: [{x: 1}, {x: 2}]\n");
  CHECK(map.text("t") == "word");
  CHECK(map.number("n") == 1.5);
  CHECK(map.integer("i") == -3);
  CHECK(map.flag("f") == true);
  CHECK(map.texts("ts") == std::vector<std::string>{"a", "b"});
  CHECK(map.numbers("ns") == std::vector<double>{1.0, 2.5});
  CHECK(map.integers("is") == std::vector<std::int64_t>{1, -2});
  CHECK(map.map("m")->integer("x") == 1);
  CHECK(map.maps("ms").at(1).integer("x") == 2);
  CHECK_NOTHROW(map.finish());
}

TEST_CASE("keys that are missing or null are empty and are not put into the document by asking") {
  YamlMap map = map_of("a: null\nb: 1\n");
  CHECK_FALSE(map.has("a"));
  CHECK_FALSE(map.number("a"));
  CHECK_FALSE(map.text("missing"));
  CHECK_FALSE(map.map("missing"));
  CHECK(map.maps("missing").empty());
  CHECK(map.integer("b") == 1);
  CHECK_NOTHROW(map.finish());
}

TEST_CASE("an unknown key is an error with file, line and the nearest known key") {
  YamlMap map = map_of("model: x\n\npartciles: 5\n");
  map.text("model");
  map.integer("particles");
  const std::string error = error_of([&] { map.finish(); });
  CHECK(error == "2: c.yaml:3: partciles is not a known key. Did you mean particles?");
}

TEST_CASE("an unknown key inside a mapping is named with its whole path") {
  YamlMap document = map_of("swarm:\n  inerta: 1\n");
  auto swarm = document.map("swarm");
  swarm->number("inertia");
  CHECK_THAT(error_of([&] { swarm->finish(); }), StartsWith("2: c.yaml:2: swarm.inerta is not a known key"));
}

TEST_CASE("values of another type are errors with file, line, key and the type expected") {
  const std::string text = "a: word\nb: [1, x]\nc: {d: 1}\n";
  CHECK(error_of([&] { map_of(text).number("a"); }) == "2: c.yaml:1: a is not a number.");
  CHECK(error_of([&] { map_of(text).integer("a"); }) == "2: c.yaml:1: a is not a whole number.");
  CHECK(error_of([&] { map_of(text).flag("a"); }) == "2: c.yaml:1: a is not true or false.");
  CHECK(error_of([&] { map_of(text).texts("a"); }) == "2: c.yaml:1: a is not a list of texts.");
  CHECK(error_of([&] { map_of(text).numbers("b"); }) == "2: c.yaml:2: b is not a list of numbers.");
  CHECK(error_of([&] { map_of(text).text("c"); }) == "2: c.yaml:3: c is not a text.");
  CHECK(error_of([&] { map_of(text).maps("c"); }) == "2: c.yaml:3: c is not a list.");
  CHECK_THAT(error_of([&] { map_of(text).map("a"); }), StartsWith("2: c.yaml:1: a is not a mapping"));
}

TEST_CASE("numbers must be finite and whole numbers whole") {
  CHECK_THAT(error_of([] { map_of("a: .nan").number("a"); }), Contains("not a finite number"));
  CHECK_THAT(error_of([] { map_of("a: .inf").number("a"); }), Contains("not a finite number"));
  CHECK_THAT(error_of([] { map_of("a: [1, .nan]").numbers("a"); }), Contains("a is not a list of finite numbers"));
  CHECK_THAT(error_of([] { map_of("a: 1.5").integer("a"); }), Contains("not a whole number"));
  CHECK_THAT(error_of([] { map_of("a: 99999999999999999999").integer("a"); }), Contains("not a whole number"));
}

TEST_CASE("a choice is an index, and another word names the nearest") {
  const std::vector<std::string> names{"paper", "robust"};
  CHECK(map_of("p: robust").choice("p", names) == 1U);
  CHECK_FALSE(map_of("q: 1").choice("p", names));
  CHECK(error_of([&] { map_of("p: robst").choice("p", names); }) ==
        "2: c.yaml:1: p is robst (known: paper, robust). Did you mean robust?");
}

TEST_CASE("a key given twice is an error at the second place") {
  CHECK_THAT(parse_error("a: 1\nb: 2\na: 3\n"), StartsWith("2: c.yaml:3: a is given twice"));
}

TEST_CASE("a document that is no mapping, or has a list for a key, is refused") {
  CHECK_THAT(parse_error("- a\n- b\n"), StartsWith("2: c.yaml:1: the document is not a mapping"));
  CHECK_THAT(parse_error("just words"), Contains("is not a mapping"));
  CHECK_THAT(parse_error("[a, b]: 1\n"), Contains("a key is not a plain word"));
}

TEST_CASE("anchors and aliases are refused with their line") {
  CHECK_THAT(parse_error("a: &x 1\nb: 2\n"), StartsWith("2: c.yaml:1: anchors and aliases"));
  CHECK_THAT(parse_error("a: 1\nb: &x {c: 1}\n"), StartsWith("2: c.yaml:2: anchors and aliases"));
  CHECK_THAT(parse_error("a: &x [1]\nb: *x\n"), Contains("anchors and aliases"));
}

TEST_CASE("several documents, empty ones and comments alone are refused") {
  CHECK_THAT(parse_error("a: 1\n---\nb: 2\n"), Contains("holds at least 2 YAML documents"));
  CHECK_THAT(parse_error(""), StartsWith("2: c.yaml is empty"));
  CHECK_THAT(parse_error("# nothing\n"), StartsWith("2: c.yaml is empty"));
  CHECK_THAT(parse_error("---\n"), StartsWith("2: c.yaml is empty"));
}

TEST_CASE("text that is not UTF-8, too deep, too long or no YAML is refused") {
  CHECK_THAT(parse_error("a: \xff\n"), StartsWith("2: c.yaml is not UTF-8"));
  CHECK_THAT(parse_error("a: " + std::string(40, '[') + std::string(40, ']')), Contains("nested too deeply"));
  CHECK_THAT(parse_error("a: " + std::string(5U << 20U, 'x')), Contains("too large"));
  CHECK_THAT(parse_error("a: 1\nb: [1, 2\n"), StartsWith("2: c.yaml:") && Contains("not valid YAML"));
}

TEST_CASE("a stray comma or bracket is refused and does not hang") {
  for (const char* text : {",", "]", "}", "a: 1\n,", "\xEF\xBB\xBF,"}) {
    INFO(text);
    CHECK(parse_error(text).substr(0, 2) == "2:");
    CHECK(override_error("a: 1", std::string("a=") + text).substr(0, 2) == "2:");
  }
}

TEST_CASE("a very deep document is refused without using up the stack") {
  CHECK(parse_error("a: " + std::string(200'000, '[')).substr(0, 2) == "2:");
}

TEST_CASE("--set replaces and adds values at any depth") {
  CHECK(overridden("a: 1", "a=2").integer("a") == 2);
  CHECK(overridden("a: 1", "b=2").integer("b") == 2);
  CHECK(overridden("a: {b: 1}", "a.b=x=y").map("a")->text("b") == "x=y");
  CHECK(overridden("a: 1", "n.x.y=3").map("n")->map("x")->integer("y") == 3);
  CHECK(overridden("n: null", "n.x=3").map("n")->integer("x") == 3);
  CHECK(overridden("a: 1", "a=[x, y]").texts("a") == std::vector<std::string>{"x", "y"});
  CHECK(overridden("a: 1", "a=").text("a") == "");
  CHECK_FALSE(overridden("a: 1", "a=null").has("a"));
}

TEST_CASE("--set reaches entries of lists by their index and leaves the others alone") {
  YamlMap map = overridden("t: [{x: 1}, {x: 2}]\ne: [a, b]", "t.1.x=5");
  auto entries = map.maps("t");
  CHECK(entries.at(0).integer("x") == 1);
  CHECK(entries.at(1).integer("x") == 5);
  CHECK(overridden("e: [a, b]", "e.0=c").texts("e") == std::vector<std::string>{"c", "b"});
}

TEST_CASE("--set that cannot be followed is refused") {
  CHECK_THAT(override_error("a: 1", "a"), Contains("has no value"));
  CHECK_THAT(override_error("a: 1", "=1"), Contains("has no value"));
  CHECK_THAT(override_error("a: 1", "a.b=1"), Contains("--set: a is not a mapping, so it has no b"));
  CHECK_THAT(override_error("a: [1]", "a.1=2"), Contains("there is no entry 1"));
  CHECK_THAT(override_error("a: [1]", "a.99999999999999999999=2"), Contains("there is no entry"));
  CHECK_THAT(override_error("a: [1]", "a.b=2"), Contains("is not a mapping"));
  CHECK_THAT(override_error("a: 1", "a=[1"), Contains("not valid YAML"));
  CHECK_THAT(override_error("a: 1", "a=\xff"), Contains("not UTF-8"));
}

TEST_CASE("errors about values from --set name it instead of a line") {
  CHECK(error_of([] { overridden("a: 1", "a=x").integer("a"); }) == "2: --set a is not a whole number.");
  YamlMap map = overridden("a: 1", "b=2");
  map.integer("a");
  CHECK_THAT(error_of([&] { map.finish(); }), StartsWith("2: --set b is not a known key"));
}

}  // namespace yaml_reader_test
