#include "report/section/verdict.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "report/html/text.hpp"

namespace shoal::report {
namespace {

std::string headline(Standing standing) {
  switch (standing) {
    case Standing::better:
      return "The swarm is better than the best single expert.";
    case Standing::level:
      return "The swarm is not measurably different from the best single expert.";
    case Standing::worse:
      return "The swarm is worse than the best single expert.";
    case Standing::same:
      return "The search ended where it began: its best is the best single expert itself.";
  }
  return "";
}

std::string comparison_text(Standing standing, const results::Comparison& pair) {
  const std::string difference = signed_score_with_error(pair.difference, pair.standard_error);
  switch (standing) {
    case Standing::better:
      return fmt::format("The paired difference, {}, exceeds two standard errors.", difference);
    case Standing::level:
      return fmt::format(
          "The paired difference, {}, does not exceed two standard errors: this test cannot tell them apart.",
          difference);
    case Standing::worse:
      return fmt::format("The paired difference, {}, lies more than two standard errors below zero.", difference);
    case Standing::same:
      return "There is nothing to compare.";
  }
  return "";
}

// Every row other than the best single expert that the swarm does not clearly beat: a win over the best single expert
// alone must not hide them.
std::string not_beaten(const results::RunResult& result) {
  std::string list;
  const auto add = [&](const results::ResultRow& row, const std::string& title) {
    const Standing stands = standing(result, row);
    if (row.name == result.best_single || stands == Standing::better || !row.versus_best) return;
    list += fmt::format("{}{} ({})", list.empty() ? "" : "; ", escape(title),
                        signed_score_with_error(row.versus_best->difference, row.versus_best->standard_error));
  };
  for (const results::ResultRow& row : result.experts) add(row, row.name);
  for (const results::ResultRow& row : result.baselines) add(row, baseline_title(row.name));
  if (result.ensemble) add(*result.ensemble, "the ensemble of personal bests");
  if (list.empty()) return "";
  return fmt::format("<p class=\"caution\">Not beaten by more than two standard errors: {}.</p>\n", list);
}

// Searches without a swarm that made as many evaluations. Where one of them does as well, that is the first thing to
// say.
std::string tied_controls(const results::RunResult& result) {
  std::string list;
  for (const results::ResultRow& row : result.baselines) {
    const bool control = row.name == "random_affine" || row.name == "cma_es";
    if (!control || !row.versus_best || standing(result, row) == Standing::better) continue;
    list += fmt::format("{}{} ({})", list.empty() ? "" : " and ", escape(baseline_title(row.name)),
                        signed_score_with_error(row.versus_best->difference, row.versus_best->standard_error));
  }
  if (list.empty()) return "";
  return fmt::format(
      "<p class=\"headline\">The swarm does not beat a search without a swarm: {}.</p>\n<p class=\"lede\">With as many "
      "evaluations of the same examples, the difference does not exceed two standard errors.</p>\n",
      list);
}

std::string finished(const results::RunResult& result) {
  const results::ResultRow& expert = results::best_single(result);
  expect(expert.versus_best.has_value(), "the best single expert has no comparison with the swarm");
  const Standing stands = standing(result, expert);
  return tied_controls(result) +
         fmt::format(
             "<p class=\"headline {}\">{}</p>\n<p class=\"lede\">On {} the swarm scores <strong>{}</strong> and the "
             "best single expert, {}, scores <strong>{}</strong>. {}</p>\n{}",
             stands == Standing::better  ? "good"
             : stands == Standing::worse ? "bad"
                                         : "",
             headline(stands), counted(static_cast<std::int64_t>(result.best.test.examples), "held-out test example"),
             score_with_error(result.best.test.utility, result.best.test.standard_error), escape(expert.name),
             score_with_error(expert.test.utility, expert.test.standard_error),
             comparison_text(stands, *expert.versus_best), not_beaten(result));
}

std::string unfinished(const results::HistoryRecord& history) {
  const results::HistoryLine& last = history.iterations.back();
  return fmt::format(
      "<p class=\"headline\">The search has not ended.</p>\n<p class=\"lede\">There is no result.json: the run is "
      "still "
      "going, or it stopped early and can be resumed. After iteration {} the best utility on the search examples is "
      "<strong>{}</strong> (particle {}, iteration {}). Nothing is known yet about held-out examples.</p>\n",
      last.iteration, score(last.global_best.utility), last.global_best.particle, last.global_best.iteration);
}

}  // namespace

Standing standing(const results::RunResult& result, const results::ResultRow& row) {
  if (!row.position.empty() && row.position == result.best.position) return Standing::same;
  if (!row.versus_best) return Standing::level;
  const double bar = 2.0 * row.versus_best->standard_error;
  if (row.versus_best->difference > bar) return Standing::better;
  return row.versus_best->difference < -bar ? Standing::worse : Standing::level;
}

std::string phrase(Standing standing) {
  switch (standing) {
    case Standing::better:
      return "swarm better";
    case Standing::level:
      return "within 2 SE";
    case Standing::worse:
      return "swarm worse";
    case Standing::same:
      return "same position";
  }
  return "";
}

std::string baseline_title(const std::string& name) {
  std::string title = name;
  std::replace(title.begin(), title.end(), '_', ' ');
  return title;
}

std::string verdict_section(const results::RunRecord& run) {
  return "<section class=\"verdict\" aria-label=\"Result in plain words\">\n" +
         (run.result ? finished(run.result->run) : unfinished(run.history)) + "</section>\n";
}

}  // namespace shoal::report
