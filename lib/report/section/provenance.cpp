#include "report/section/provenance.hpp"

#include <fmt/format.h>

#include "report/html/table.hpp"
#include "report/html/text.hpp"

namespace shoal::report {
namespace {

std::string folded(std::string_view title, const std::string& html) {
  return html.empty() ? "" : fmt::format("<details><summary>{}</summary>\n{}</details>\n", title, html);
}

std::string configuration(const results::RunOrigin& origin) {
  return origin.config.empty() ? "" : fmt::format("<pre>{}</pre>\n", escape(origin.config));
}

std::string facts(const results::RunOrigin& origin) {
  std::string html;
  for (const auto& [name, text] : origin.facts) {
    html += fmt::format("<dt>{}</dt><dd>{}</dd>\n", escape(name), escape(text));
  }
  return html.empty() ? "" : fmt::format("<dl class=\"listing\">\n{}</dl>\n", html);
}

std::string inputs(const results::RunOrigin& origin) {
  if (origin.inputs.empty()) return "";
  Table table("Files that this run read");
  table.text_column("File").text_column("SHA-256");
  for (const auto& [path, hash] : origin.inputs) {
    table.row(fmt::format("<code>{}</code>", escape(path))).cell(fmt::format("<code>{}</code>", escape(hash)));
  }
  return table.html();
}

}  // namespace

std::string provenance_section(const results::RunRecord& run) {
  if (!run.origin) return "";
  return fmt::format("<section>\n<h2>Provenance</h2>\n{}{}{}</section>\n",
                     folded("Configuration, resolved", configuration(*run.origin)),
                     folded("Versions, host, command line", facts(*run.origin)),
                     folded("Inputs and their hashes", inputs(*run.origin)));
}

}  // namespace shoal::report
