#include "report/report.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "report/html/style.hpp"
#include "report/html/text.hpp"
#include "report/section/analysis.hpp"
#include "report/section/comparison.hpp"
#include "report/section/curves.hpp"
#include "report/section/facts.hpp"
#include "report/section/movement.hpp"
#include "report/section/notes.hpp"
#include "report/section/provenance.hpp"
#include "report/section/results.hpp"
#include "report/section/seeds.hpp"
#include "report/section/study.hpp"
#include "report/section/verdict.hpp"
#include "report/section/weights.hpp"
#include "results/result/run_record.hpp"
#include "results/seed_folders.hpp"

namespace shoal::report {
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
      escape(title), style_sheet(), escape(subtitle), body);
}

std::string subtitle(const results::RunRecord& run) {
  std::string text = "Model Swarms search";
  if (run.result) text += fmt::format(" on {}, seed {}", run.result->run.model, run.result->run.seed);
  if (run.origin && !run.origin->started.empty()) text += fmt::format(", started {}", run.origin->started);
  return text;
}

/// Searches that have not begun have nothing to show.
std::vector<results::RunRecord> begun(const std::vector<std::filesystem::path>& folders) {
  std::vector<results::RunRecord> runs;
  for (const std::filesystem::path& folder : folders) {
    if (std::filesystem::exists(folder / "history.jsonl")) runs.push_back(results::read_run(folder));
  }
  return runs;
}

std::string render_seeds(const std::filesystem::path& folder, const std::vector<results::RunRecord>& runs) {
  return page(std::filesystem::weakly_canonical(folder).filename().string(),
              "Model Swarms searches that differ in their seed", seeds_section(runs) + comparison_sections(runs));
}

}  // namespace

std::string render_report(const std::filesystem::path& run_folder) {
  const auto folders = results::searches_in(run_folder);
  if (folders.front() != run_folder) {
    if (const auto runs = begun(folders); !runs.empty()) return render_seeds(run_folder, runs);
  }
  const results::RunRecord run = results::read_run(run_folder);
  return page(results::run_name(run), subtitle(run),
              verdict_section(run) + facts_section(run) + results_section(run) + utility_section(run) +
                  weights_section(run) + movement_section(run) + analysis_section(run) + notes_section(run) +
                  provenance_section(run));
}

std::string render_comparison(std::span<const std::filesystem::path> run_folders) {
  if (run_folders.empty()) fail(ExitCode::usage, "a comparison needs run folders (none was given). Name at least one");
  std::vector<results::RunRecord> runs;
  for (const std::filesystem::path& folder : run_folders) runs.push_back(results::read_run(folder));
  return page(fmt::format("{} compared", counted(static_cast<std::int64_t>(runs.size()), "run")),
              "Model Swarms searches", comparison_sections(runs));
}

std::string render_study(const results::Study& study) {
  std::vector<results::RunRecord> runs{results::read_run(study.whole.folder)};
  for (const results::StudySearch& variation : study.variations) runs.push_back(results::read_run(variation.folder));
  return page(study.name + " and its variations", "Model Swarms searches",
              study_section(study) + comparison_sections(runs));
}

}  // namespace shoal::report
