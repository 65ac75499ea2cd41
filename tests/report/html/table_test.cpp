#include "report/html/table.hpp"

#include <catch2/catch.hpp>

#include "base/error.hpp"

namespace table_test {

using namespace shoal::report;

namespace {

Table two_columns() {
  Table table("Sizes & <shapes>");
  table.text_column("Name").number_column("Size");
  return table;
}

}  // namespace

TEST_CASE("a table has an escaped caption, scoped headers and numbers set apart") {
  Table table = two_columns();
  table.row("cube", "big").cell("3");

  const std::string html = table.html();

  CHECK(html.find("<caption>Sizes &amp; &lt;shapes&gt;</caption>") != std::string::npos);
  CHECK(html.find("<th scope=\"col\">Name</th><th scope=\"col\" class=\"num\">Size</th>") != std::string::npos);
  CHECK(html.find("<tr class=\"big\"><th scope=\"row\">cube</th><td class=\"num\">3</td></tr>") != std::string::npos);
}

TEST_CASE("a cell without a row or beyond the last column is a defect") {
  Table table = two_columns();
  CHECK_THROWS_AS(table.cell("early"), shoal::Error);
  table.row("cube").cell("3");
  CHECK_THROWS_AS(table.cell("4"), shoal::Error);
}

}  // namespace table_test
