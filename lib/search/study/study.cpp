#include "search/study/study.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/json_text.hpp"
#include "base/spelling.hpp"
#include "comm/agree.hpp"
#include "report/report.hpp"
#include "results/result/result_reader.hpp"
#include "results/result/study.hpp"
#include "search/study/ablation.hpp"

namespace shoal::search {
namespace {

namespace fs = std::filesystem;

/// One search beside the whole one.
struct Variation {
  std::string name;
  std::vector<std::string> overrides;
  std::optional<std::size_t> left_out = {};  ///< place of the expert that it does without
};

class StudyRun {
 public:
  StudyRun(const comm::Communicator& comm, const RunOptions& options, const StudyOptions& study)
      : comm_(comm),
        options_(options),
        study_(study),
        config_(inputs::resolve(comm, options.source)),
        folder_(config_.output.run_dir) {}

  RunOutcome execute() {
    comm::agree(comm_, [&] { plan(); });
    if (run(comm_, options_) == RunOutcome::stopped) return RunOutcome::stopped;
    if (!study_.leave_out.empty()) variations_.push_back(without_expert(place_of_left_out()));
    for (const Variation& variation : variations_) {
      if (run(comm_, options_of(variation)) == RunOutcome::stopped) return RunOutcome::stopped;
    }
    comm::agree(comm_, [&] {
      if (comm_.rank() == 0) compare();
    });
    return RunOutcome::finished;
  }

 private:
  /// What can be wrong is told before anything runs.
  void plan() {
    if (!config_.seeds.empty()) {
      fail(ExitCode::usage, "--ablate and --leave-out need one search (seeds names {}). Use seed.",
           config_.seeds.size());
    }
    if (config_.warm_start && !study_.leave_out.empty()) {
      fail(ExitCode::usage,
           "--leave-out does not go with swarm.warm_start (its positions count all experts). Remove one.");
    }
    for (const std::string& part : study_.ablate) {
      for (const Variation& before : variations_) {
        if (before.name == "ablate-" + part) fail(ExitCode::usage, "--ablate names {} twice. Remove one.", part);
      }
      variations_.push_back({"ablate-" + part, without(part, config_)});
    }
    if (study_.leave_out.empty()) return;
    if (config_.experts.size() < 3) {
      fail(ExitCode::usage, "--leave-out needs at least three experts ({} are named; two must stay). Add some.",
           config_.experts.size());
    }
    if (study_.leave_out != "strongest") check_expert(study_.leave_out);
  }

  std::vector<std::string> expert_names() const {
    std::vector<std::string> names;
    for (const fs::path& expert : config_.experts) names.push_back(expert.filename().string());
    return names;
  }

  void check_expert(const std::string& name) const {
    const std::vector<std::string> names = expert_names();
    if (std::ranges::count(names, name) > 0) return;
    fail(ExitCode::usage, "--leave-out {} names none of the experts. Did you mean {}?", name, nearest(name, names));
  }

  /// The strongest is the best single expert of the whole search, by its dev utility. Experts stand in result.json,
  /// which rank 0 reads, in the order of the configuration.
  std::size_t place_of_left_out() const {
    std::string place;
    comm::agree(comm_, [&] {
      if (comm_.rank() != 0) return;
      const results::RunResult whole = results::read_result(folder_ / "result.json").run;
      const auto strongest = std::ranges::find(whole.experts, whole.best_single, &results::ResultRow::name);
      const std::vector<std::string> names = expert_names();
      const auto named = std::ranges::find(names, study_.leave_out);
      place =
          std::to_string(study_.leave_out == "strongest" ? strongest - whole.experts.begin() : named - names.begin());
    });
    return std::stoul(comm_.broadcast(place));
  }

  /// An expert that is named more than once goes altogether.
  Variation without_expert(std::size_t place) const {
    const fs::path& left = config_.experts.at(place);
    nlohmann::json others = nlohmann::json::array();
    for (const fs::path& expert : config_.experts) {
      if (expert != left) others.push_back(expert.string());
    }
    return {"leave-out-" + left.filename().string(), {"experts=" + json_text(others)}, place};
  }

  RunOptions options_of(const Variation& variation) const {
    RunOptions options = options_;
    options.source.run_dir = (folder_ / variation.name).string();
    options.source.overrides.insert(options.source.overrides.end(), variation.overrides.begin(),
                                    variation.overrides.end());
    options.source.overrides.push_back("name=" + json_text(nlohmann::json(config_.name + " " + variation.name)));
    // A study that is continued may not have come to this search before.
    if (options.resume == ResumePolicy::require) options.resume = ResumePolicy::automatic;
    return options;
  }

  void compare() const {
    results::Study study{config_.name, config_.utility, results::study_search("whole", folder_, {}), {}};
    for (const Variation& variation : variations_) {
      const auto& left = variation.left_out;
      study.variations.push_back(results::study_search(variation.name, folder_ / variation.name,
                                                       left ? study.whole.result.experts.at(*left).name : ""));
    }
    write_atomically(folder_ / "study.json", to_json(study));
    write_atomically(folder_ / "study.html", report::render_study(study));
    options_.tell(fmt::format("{}study: {}\n", results::to_table(study), (folder_ / "study.html").string()));
  }

  const comm::Communicator& comm_;
  RunOptions options_;
  StudyOptions study_;
  config::RunConfig config_;
  fs::path folder_;
  std::vector<Variation> variations_;
};

}  // namespace

RunOutcome run_study(const comm::Communicator& comm, const RunOptions& options, const StudyOptions& study) {
  return StudyRun(comm, options, study).execute();
}

}  // namespace shoal::search
