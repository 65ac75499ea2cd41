#include "io/report.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "io/report_analysis.hpp"
#include "io/report_comparison.hpp"
#include "io/report_curves.hpp"
#include "io/report_facts.hpp"
#include "io/report_movement.hpp"
#include "io/report_notes.hpp"
#include "io/report_provenance.hpp"
#include "io/report_record.hpp"
#include "io/report_results.hpp"
#include "io/report_seeds.hpp"
#include "io/report_study.hpp"
#include "io/report_style.hpp"
#include "io/report_text.hpp"
#include "io/report_verdict.hpp"
#include "io/report_weights.hpp"
#include "io/seed_folders.hpp"

namespace shoal::io {
namespace {

// `title` and `subtitle` are plain text, `body` is HTML.
std::string page(const std::string& title, const std::string& subtitle, const std::string& body) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" "
      "content=\"light "
      "dark\">\n<title>{0} · "
      "Shoal</title>\n<style>{1}</style>\n</head>\n<body>\n<main>\n<header>\n<h1>{0}</h1>\n<p>{2}</p>\n"
      "</header>\n{3}</main>\n</body>\n</html>\n",
      report::escape(title), report::style_sheet(), report::escape(subtitle), body);
}

std::string subtitle(const report::RunRecord& run) {
  std::string text = "Model Swarms search";
  if (run.result) text += fmt::format(" on {}, seed {}", run.result->run.model, run.result->run.seed);
  if (run.origin && !run.origin->started.empty()) text += fmt::format(", started {}", run.origin->started);
  return text;
}

/// Searches that have not begun have nothing to show.
std::vector<report::RunRecord> begun(const std::vector<std::filesystem::path>& folders) {
  std::vector<report::RunRecord> runs;
  for (const std::filesystem::path& folder : folders) {
    if (std::filesystem::exists(folder / "history.jsonl")) runs.push_back(report::read_run(folder));
  }
  return runs;
}

std::string render_seeds(const std::filesystem::path& folder, const std::vector<report::RunRecord>& runs) {
  return page(std::filesystem::weakly_canonical(folder).filename().string(),
              "Model Swarms searches that differ in their seed",
              report::seeds_section(runs) + report::comparison_sections(runs));
}

}  // namespace

std::string render_report(const std::filesystem::path& run_folder) {
  const auto folders = searches_in(run_folder);
  if (folders.front() != run_folder) {
    if (const auto runs = begun(folders); !runs.empty()) return render_seeds(run_folder, runs);
  }
  const report::RunRecord run = report::read_run(run_folder);
  return page(report::run_name(run), subtitle(run),
              report::verdict_section(run) + report::facts_section(run) + report::results_section(run) +
                  report::utility_section(run) + report::weights_section(run) + report::movement_section(run) +
                  report::analysis_section(run) + report::notes_section(run) + report::provenance_section(run));
}

std::string render_comparison(std::span<const std::filesystem::path> run_folders) {
  if (run_folders.empty()) fail(ExitCode::usage, "a comparison needs run folders (none was given). Name at least one");
  std::vector<report::RunRecord> runs;
  for (const std::filesystem::path& folder : run_folders) runs.push_back(report::read_run(folder));
  return page(fmt::format("{} compared", report::counted(static_cast<std::int64_t>(runs.size()), "run")),
              "Model Swarms searches", report::comparison_sections(runs));
}

std::string render_study(const Study& study) {
  std::vector<report::RunRecord> runs{report::read_run(study.whole.folder)};
  for (const StudySearch& variation : study.variations) runs.push_back(report::read_run(variation.folder));
  return page(study.name + " and its variations", "Model Swarms searches",
              report::study_section(study) + report::comparison_sections(runs));
}

}  // namespace shoal::io
