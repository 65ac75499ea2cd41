#include "report/section/seeds.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "report/html/table.hpp"
#include "report/html/text.hpp"
#include "report/section/verdict.hpp"
#include "results/result/seeds_result.hpp"

namespace shoal::report {
namespace {

std::string html_of(const results::SeedMean& mean) {
  return mean.standard_error ? score_with_error(mean.mean, *mean.standard_error) : score(mean.mean);
}

std::string html_of_difference(const std::optional<results::SeedMean>& mean) {
  if (!mean) return "";
  return mean->standard_error ? signed_score_with_error(mean->mean, *mean->standard_error) : signed_score(mean->mean);
}

void add_row(Table& table, const std::string& title_html, const results::SeedRow& row, const char* css) {
  table.row(title_html, css)
      .cell(html_of(row.dev))
      .cell(html_of(row.test))
      .cell(html_of_difference(row.swarm_minus_it));
}

std::string table_of(const results::SeedsResult& result) {
  Table table(fmt::format("Means over {}, utility ± standard error over seeds",
                          counted(static_cast<std::int64_t>(result.runs.size()), "search")));
  table.text_column("").number_column("Dev").number_column("Held-out test").number_column("Swarm minus it");
  for (const results::SeedRow& row : result.experts) add_row(table, escape(row.name), row, "");
  for (const results::SeedRow& row : result.baselines)
    add_row(table, escape(baseline_title(row.name)), row, "baseline");
  add_row(table, escape(result.best.name), result.best, "swarm");
  return table.html();
}

std::string range_of_winners(const results::SeedsResult& result) {
  const auto [worst, best] =
      std::ranges::minmax_element(result.runs, {}, [](const results::RunResult& run) { return run.best.test.utility; });
  return fmt::format("Winners score from {} (seed {}) to {} (seed {}) on the held-out test.",
                     score(worst->best.test.utility), worst->seed, score(best->best.test.utility), best->seed);
}

}  // namespace

std::string seeds_section(std::span<const results::RunRecord> runs) {
  std::vector<results::RunResult> ended;
  for (const results::RunRecord& run : runs) {
    if (run.result) ended.push_back(run.result->run);
  }
  if (ended.empty()) return "";
  const results::SeedsResult result = results::summarise("", std::move(ended));
  return fmt::format("<section>\n<h2>Over seeds</h2>\n{}<p>{} {} of {} searches have ended.</p>\n</section>\n",
                     table_of(result), range_of_winners(result), result.runs.size(), runs.size());
}

}  // namespace shoal::report
