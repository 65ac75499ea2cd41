#include "text/text_template.hpp"

#include <catch2/catch.hpp>
// torch_catch.hpp first: Catch2 and LibTorch both define CHECK
#include "support/error_of.hpp"

namespace text_template_test {

using Catch::Matchers::Contains;
using shoal::testing::error_of;
using shoal::text::TextTemplate;

TEST_CASE("fields, lists and filters are filled in") {
  const std::string record = R"({"q": "  why? ", "list": {"text": ["a", "b"]}, "n": 2})";
  CHECK(TextTemplate("Q: {{ q | trim }} ({{ list.text[1] }}, {{ n + 1 }})").render(record) == "Q: why? (b, 3)");
  CHECK(TextTemplate("{{ list.text | tojson }}").render(record) == R"(["a", "b"])");
}

TEST_CASE("white space stays as Jinja leaves it") {
  CHECK(TextTemplate("a\n").render("{}") == "a\n");
  CHECK(TextTemplate("a\n\n").render("{}") == "a\n\n");
  CHECK(TextTemplate("x\n  {% if n %}\nyes{% endif %}\nend").render(R"({"n": true})") == "x\n  \nyes\nend");
  CHECK(TextTemplate("x\n  {%- if n -%}\n yes{% endif %}").render(R"({"n": true})") == "xyes");
}

TEST_CASE("the fields that a template reads are known") {
  const TextTemplate form(
      "{% for c in choices.text if c is string %}{{ c | upper }}{{ loop.index }}{% endfor %}"
      "{{ q.strip(chars=x) }}{{ 'quoted' }}{{ q }}{% set own = 1 %}{{ own }}");
  CHECK(form.fields() == std::vector<std::string>{"choices", "q", "x"});
}

TEST_CASE("templates that cannot be read or filled are refused") {
  CHECK_THAT(error_of([] { TextTemplate("{{ a"); }), Contains("2: the template") && Contains("cannot be read"));
  CHECK_THAT(error_of([] { TextTemplate("{{ a + [] }}").render(R"({"a": {}})"); }),
             Contains("3: the template") && Contains("refuses a record"));
}

}  // namespace text_template_test
