#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace shoal::report {

/// An HTML table with a caption, column headers and row headers. Cells are HTML: escape what comes from outside.
class Table {
 public:
  /// `caption` is plain text: the table's name, read aloud by screen readers and set above it.
  explicit Table(std::string_view caption);

  /// A column of text (left) or of numbers (right, tabular figures).
  Table& text_column(std::string_view header_html);
  Table& number_column(std::string_view header_html);

  /// Starts a row with its header cell; `css` is the row's class ("" for none).
  Table& row(std::string_view header_html, std::string_view css = "");
  Table& cell(std::string_view html);

  /// The table inside a box that scrolls sideways on narrow screens.
  std::string html() const;

 private:
  struct Column {
    std::string header;
    bool number;
  };

  std::string caption_;
  std::vector<Column> columns_;
  std::vector<std::string> row_starts_;
  std::vector<std::vector<std::string>> cells_;
};

}  // namespace shoal::report
