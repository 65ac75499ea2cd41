#include "report/section/notes.hpp"

#include <fmt/format.h>

#include <cmath>

#include "report/html/text.hpp"

namespace shoal::report {
namespace {

// One note; `text` is HTML. Warnings stand out.
std::string note(const std::string& text, bool warning = false) {
  return fmt::format("<li{}>{}</li>\n", warning ? " class=\"warning\"" : "", text);
}

std::string choice_note(const results::RunResult& result, const std::optional<results::RunOrigin>& origin) {
  if (!result.validation_utility) {
    return note(
        fmt::format("The winner is the global best of the search itself ({} on the examples that the search saw): "
                    "that number is optimistic, the held-out test is not.",
                    score(result.search_utility)));
  }
  const std::string part = origin && origin->validation_fraction
                               ? fmt::format("{:.0f} % of dev", 100.0 * *origin->validation_fraction)
                               : std::string("a part of dev");
  return note(fmt::format(
      "The winner was chosen on {} that the search never saw: {} there, {} on the examples that the search saw.", part,
      score(*result.validation_utility), score(result.search_utility)));
}

std::string split_note(const results::RunResult& result) {
  return note(fmt::format(
      "Dev guided the search, so the swarm's dev score ({}) is optimistic; compare held-out test scores ({}).",
      score(result.best.dev.utility), score(result.best.test.utility)));
}

std::string searches_note(int searches) {
  if (searches <= 1)
    return note("These numbers come from one search. Another seed would give somewhat different ones.");
  return note(fmt::format("These numbers are the best of {} searches: the best of many is optimistic.", searches),
              true);
}

std::string leak_notes(const std::vector<results::LeakNote>& leaks) {
  std::string html;
  for (const results::LeakNote& leak : leaks) {
    html +=
        note(fmt::format("Task {}: {} test questions are also in dev, {} of them with the same answer. The test is not "
                         "fully held out.",
                         escape(leak.task), count(static_cast<std::int64_t>(leak.questions)),
                         count(static_cast<std::int64_t>(leak.questions_and_answers))),
             true);
  }
  return html;
}

void list_failures(const results::ResultRow& row, std::string& list) {
  for (const auto& [task, score] : row.test.tasks) {
    if (!(score.parse_failure_rate > 0.0)) continue;
    list += fmt::format("{}{} on {} {}", list.empty() ? "" : "; ", escape(row.name), escape(task),
                        percent(score.parse_failure_rate));
  }
}

std::string failures_note(const results::RunResult& result) {
  std::string list;
  list_failures(result.best, list);
  for (const results::ResultRow& row : result.experts) list_failures(row, list);
  for (const results::ResultRow& row : result.baselines) list_failures(row, list);
  if (result.ensemble) list_failures(*result.ensemble, list);
  if (list.empty()) return note("Every test answer could be read.");
  return note("Answers that could not be read count as wrong. Their share on the test: " + list + ".");
}

std::string history_notes(const results::RunRecord& run) {
  std::string html;
  int invalid = 0;
  for (const results::HistoryLine& iteration : run.history.iterations) {
    for (const swarm::ParticleRecord& particle : iteration.particles)
      invalid += std::isfinite(particle.utility) ? 0 : 1;
  }
  if (invalid > 0) {
    html += note(fmt::format("{} gave a utility that was not finite; the particle went back to its best.",
                             counted(invalid, "evaluation")),
                 true);
  }
  if (run.history.torn) html += note("The last line of the history is unfinished and was left out.");
  if (!run.origin) html += note("There is no run.json: names, configuration and versions are unknown.", true);
  return html;
}

}  // namespace

std::string notes_section(const results::RunRecord& run) {
  std::string list = note(
      "± is one standard error over examples. Differences are paired: both models answer the same questions, so their "
      "error is usually smaller than the two scores suggest. “Better” means more than two standard errors.");
  if (run.result) {
    const results::RunResult& result = run.result->run;
    if (result.synthetic) {
      list += note(
          "<strong>No model was evaluated</strong> (evaluation.synthetic): these scores are made up, for tests "
          "of scale. They say nothing about the experts.",
          true);
    }
    list += choice_note(result, run.origin) + split_note(result) + searches_note(run.result->searches) +
            leak_notes(result.leaks) + failures_note(result);
  }
  return fmt::format("<section>\n<h2>Notes</h2>\n<ul class=\"notes\">\n{}{}</ul>\n</section>\n", list,
                     history_notes(run));
}

}  // namespace shoal::report
