#include "config/import/reference.hpp"

#include <catch2/catch.hpp>

#include "base/file.hpp"
#include "config/run_config.hpp"
#include "support/error_of.hpp"
#include "support/temp_folder.hpp"

namespace reference_test {

using namespace shoal;
using Catch::Matchers::Contains;
using shoal::testing::error_of;
using shoal::testing::TempFolder;

namespace {

namespace fs = std::filesystem;

/// A folder as the published code has it: three experts, one data file.
struct Published {
  Published() {
    for (const char* name : {"base", "initial_experts/a", "initial_experts/b", "initial_experts/c", "data/eval"}) {
      make_folders(folder / name);
    }
    write_durably(folder / "data/eval/nlgraph.json", R"({"dev": [{"question": "q", "answer": "a"}]})");
  }
  config::Imported import(const std::string& options) const {
    write_atomically(folder / "run.sh", "python search.py -e exact_match -d nlgraph -b base " + options);
    return config::import_reference(folder / "run.sh");
  }
  config::RunConfig config(const std::string& options) const {
    return config::parse_run_config(import(options).yaml, folder / "c.yaml", {});
  }
  std::string warnings(const std::string& options) const {
    return fmt::format("{}", fmt::join(import(options).warnings, "\n"));
  }
  TempFolder folder;
};

}  // namespace

TEST_CASE("without options a search has the published defaults") {
  const Published published;
  const config::RunConfig config = published.config("");
  const swarm::Settings& s = config.swarm;
  CHECK(s.preset == "reference");
  CHECK(s.particles == 3);
  CHECK(s.inertia == 0.4);
  CHECK(s.repel_coeff == 0.3);
  CHECK(s.patience == 10);
  CHECK(s.max_iteration == 200);
  CHECK(s.restart_patience == 5);
  CHECK(config.experts.size() == 3);
  CHECK(config.utility.tasks.at(0).match == task::Match::reference);
  CHECK(published.warnings("") == "");
}

TEST_CASE("options are carried over") {
  const Published published;
  const config::RunConfig config = published.config(
      "-n r -p 5 -m 20 --inertia 0.1 --cognitive_coeff 0.2 --social_coeff 0.6 --repel_coeff 0.01 --step_length 0.5 "
      "--step_length_factor 0.9 --minimum_step_length 0.2 --restart_patience 0.67 --repel_term 0 --weight_randomess 0 "
      "--starting_velocity_mode best --dropK 0.2 --dropN 0.3 --populate_initial_experts 1 --initial_experts_num 20 "
      "--seed 9");
  const swarm::Settings& s = config.swarm;
  CHECK(config.name == "r");
  CHECK(config.seed == 9);
  CHECK(s.particles == 20);
  CHECK(s.patience == 5);
  CHECK(s.max_iteration == 20);
  CHECK(s.inertia == 0.1);
  CHECK(s.cognitive_coeff == 0.2);
  CHECK(s.social_coeff == 0.6);
  CHECK(s.repel_coeff == 0.01);
  CHECK(s.step_length == 0.5);
  CHECK(s.step_length_factor == 0.9);
  CHECK(s.minimum_step_length == 0.2);
  CHECK(s.restart_patience == 4);  // 3.35 evaluations: not before the fourth
  CHECK_FALSE(s.repel_term);
  CHECK_FALSE(s.weight_randomness);
  CHECK(s.starting_velocity_mode == swarm::StartingVelocity::best);
  CHECK(s.drop_k == 0.2);
  CHECK(s.drop_n == 0.3);
}

TEST_CASE("restarts can be switched off") {
  const Published published;
  CHECK(published.config("--restart_stray_particles 0").swarm.restart_patience > 100'000);
}

TEST_CASE("what has no counterpart is named once") {
  const Published published;
  CHECK(published.warnings("-g 0,1 --fast_merge 1 --dare_ties 1 --inertia $inertia -g 2") ==
        "inertia is $inertia (set by the script): the published default 0.4 stands in its place.\n"
        "gpus is not carried over: every rank takes a GPU of its own.\n"
        "fast_merge is not carried over: experts are never copied to be merged.\n"
        "dare_ties is no option of the published code and is not carried over.");
}

TEST_CASE("experts that are not there cannot be counted") {
  const Published published;
  const std::string warnings = published.warnings("-i nowhere");
  CHECK_THAT(warnings, Contains("nowhere is no folder here") && Contains("set swarm.particles"));
}

TEST_CASE("a data file becomes a task") {
  const Published published;
  const config::Imported task = config::import_reference(published.folder / "data/eval/nlgraph.json");
  write_durably(published.folder / "task.yaml", task.yaml);
  CHECK(config::load_task_file(published.folder / "task.yaml").match == task::Match::reference);
}

TEST_CASE("a value that is no number is refused") {
  const Published published;
  CHECK_THAT(error_of([&] { published.import("--inertia much"); }), Contains("2: ") && Contains("inertia is much"));
  CHECK_THAT(error_of([&] { published.import("-p 1e20"); }), Contains("2: ") && Contains("a whole number"));
}

}  // namespace reference_test
