#include "report/section/study.hpp"

#include <fmt/format.h>

#include <cmath>

#include "report/html/table.hpp"
#include "report/html/text.hpp"

namespace shoal::report {
namespace {

std::string difference_cell(const results::Comparison& pair) {
  const bool clear = std::abs(pair.difference) > 2.0 * pair.standard_error;
  const char* css = !clear ? "quiet" : pair.difference > 0.0 ? "good" : "bad";
  const char* words = !clear ? "within 2 SE" : pair.difference > 0.0 ? "whole better" : "whole worse";
  return fmt::format("{}<span class=\"standing {}\">{}</span>",
                     signed_score_with_error(pair.difference, pair.standard_error), css, words);
}

void add_row(const results::StudySearch& search, const std::string& difference, Table& table) {
  const results::RunResult& result = search.result;
  table.row(escape(search.name)).cell(score_with_error(result.best.dev.utility, result.best.dev.standard_error));
  table.cell(score_with_error(result.best.test.utility, result.best.test.standard_error)).cell(difference);
  table.cell(score(result.search_utility)).cell(count(result.evaluations)).cell(count(result.iterations));
}

std::string left_out_notes(const results::Study& study) {
  std::string html;
  for (const results::StudySearch& variation : study.variations) {
    const auto pair = results::minus_left_out(study, variation);
    if (!pair) continue;
    html += fmt::format("<li>Weak to strong: the search without {} scores {} against that expert itself.</li>\n",
                        escape(variation.left_out), signed_score_with_error(pair->difference, pair->standard_error));
  }
  return html;
}

}  // namespace

std::string study_section(const results::Study& study) {
  Table table("Utility ± standard error");
  table.text_column("Search").number_column("Dev").number_column("Held-out test");
  table.number_column("Whole minus it<small>test, paired</small>").number_column("Best on search examples");
  table.number_column("Evaluations").number_column("Iterations");
  add_row(study.whole, "", table);
  for (const results::StudySearch& variation : study.variations) {
    add_row(variation, difference_cell(results::whole_minus(study, variation)), table);
  }
  return fmt::format(
      "<section>\n<h2>Variations</h2>\n{}<ul class=\"notes\">\n{}<li>One search each: another seed would move every "
      "row. "
      "A part matters where the difference stays over several seeds.</li>\n</ul>\n</section>\n",
      table.html(), left_out_notes(study));
}

}  // namespace shoal::report
