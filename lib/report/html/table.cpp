#include "report/html/table.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "report/html/text.hpp"

namespace shoal::report {

Table::Table(std::string_view caption) : caption_(escape(caption)) {}

Table& Table::text_column(std::string_view header_html) {
  columns_.push_back({std::string(header_html), false});
  return *this;
}

Table& Table::number_column(std::string_view header_html) {
  columns_.push_back({std::string(header_html), true});
  return *this;
}

Table& Table::row(std::string_view header_html, std::string_view css) {
  const std::string attribute = css.empty() ? "" : fmt::format(" class=\"{}\"", css);
  row_starts_.push_back(fmt::format("<tr{}><th scope=\"row\">{}</th>", attribute, header_html));
  cells_.emplace_back();
  return *this;
}

Table& Table::cell(std::string_view html) {
  expect(!cells_.empty() && cells_.back().size() + 1 < columns_.size(),
         "a report table got a cell outside its columns");
  const bool number = columns_[cells_.back().size() + 1].number;
  cells_.back().push_back(fmt::format("<td{}>{}</td>", number ? " class=\"num\"" : "", html));
  return *this;
}

std::string Table::html() const {
  std::string html = fmt::format("<div class=\"scroll\"><table><caption>{}</caption>\n<thead><tr>", caption_);
  for (const Column& column : columns_) {
    html += fmt::format("<th scope=\"col\"{}>{}</th>", column.number ? " class=\"num\"" : "", column.header);
  }
  html += "</tr></thead>\n<tbody>\n";
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    html += row_starts_[i];
    for (const std::string& cell : cells_[i]) html += cell;
    html += "</tr>\n";
  }
  return html + "</tbody></table></div>\n";
}

}  // namespace shoal::report
