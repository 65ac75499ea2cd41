#include "report/section/facts.hpp"

#include <fmt/format.h>

#include "report/html/text.hpp"

namespace shoal::report {
namespace {

// `value` and `note` are plain text.
std::string fact(std::string_view name, std::string_view value, std::string_view note = "") {
  const std::string small = note.empty() ? "" : fmt::format("<small>{}</small>", escape(note));
  return fmt::format("<div><dt>{}</dt><dd>{}{}</dd></div>\n", name, escape(value), small);
}

std::string cost_facts(const results::RunResult& result) {
  std::string html = fact(
      "Evaluations", count(result.evaluations),
      fmt::format("+ {} validation, {} final{}", result.validation_evaluations, result.final_evaluations,
                  result.baseline_evaluations > 0 ? fmt::format(", {} to find baselines", result.baseline_evaluations)
                                                  : std::string()));
  html += fact("Iterations", count(result.iterations), stop_text(result.stop_reason));
  html += fact("Time", duration(result.seconds), fmt::format("search {}", duration(result.search_seconds)));
  if (result.gpu_hours > 0.0) html += fact("GPU-hours", fmt::format("{:.2f}", result.gpu_hours));
  html += fact("Ranks", count(result.ranks), counted(result.threads_per_rank, "thread") + " each");
  html += fact("Data type", result.dtype, fmt::format("merge space {}", result.merge_space));
  if (result.peak_memory_bytes > 0) html += fact("Peak memory", memory(result.peak_memory_bytes), "per rank");
  return html;
}

std::string facts_so_far(const results::RunRecord& run) {
  const results::HistoryLine& last = run.history.iterations.back();
  std::string html = fact("Evaluations", count(results::search_evaluations(run)), "so far");
  html += fact("Iterations", count(last.iteration), "not ended");
  html += fact("Time", duration(run_seconds(run)), "iterations so far");
  if (!run.origin) return html;
  html += fact("Ranks", count(run.origin->ranks), counted(run.origin->threads_per_rank, "thread") + " each");
  return html + fact("Data type", run.origin->dtype);
}

}  // namespace

std::string stop_text(const std::string& reason) {
  if (reason == "max_iteration") return "reached max_iteration";
  if (reason == "patience") return "no gain for patience iterations";
  if (reason == "target") return "reached the target utility";
  if (reason == "budget") return "budget of evaluations used";
  return reason;
}

double run_seconds(const results::RunRecord& run) {
  if (run.result) return run.result->run.seconds;
  double seconds = 0.0;
  for (const results::HistoryLine& iteration : run.history.iterations) seconds += iteration.seconds;
  return seconds;
}

std::string facts_section(const results::RunRecord& run) {
  return "<dl class=\"facts\" aria-label=\"Key figures\">\n" +
         (run.result ? cost_facts(run.result->run) : facts_so_far(run)) + "</dl>\n";
}

}  // namespace shoal::report
