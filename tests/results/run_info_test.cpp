#include "results/run_info.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/file.hpp"
#include "support/error_of.hpp"
#include "support/temp_folder.hpp"

namespace run_info_test {

using namespace shoal;
using Catch::Matchers::Contains;
using shoal::testing::error_of;
using shoal::testing::TempFolder;
using Json = nlohmann::json;

namespace {

results::RunInfo example() {
  results::RunInfo info;
  info.name = "demo";
  info.build = {{"shoal", "1"}, {"mpi", "Open MPI"}};
  info.command_line = {"shoal", "run", "c.yaml"};
  info.config_json = R"({"seed": 42})";
  info.experts = {"a", "b"};
  info.ranks = 4;
  info.dtype = "float32";
  return info;
}

Json json_of(const results::RunInfo& info) { return Json::parse(to_json(info)); }

}  // namespace

TEST_CASE("the document tells what ran where, with the configuration as an object") {
  const Json json = json_of(example());
  CHECK(json["name"] == "demo");
  CHECK(json["build"]["mpi"] == "Open MPI");
  CHECK(json["command_line"] == Json{"shoal", "run", "c.yaml"});
  CHECK(json["config"]["seed"] == 42);
  CHECK(json["ranks"] == 4);
  CHECK(json["version"] == results::version());
  for (const char* key : {"host", "git_revision", "started"}) CHECK_FALSE(json[key].get<std::string>().empty());
}

TEST_CASE("inputs are identified by the SHA-256 of their content") {
  const TempFolder folder;
  write_durably(folder / "empty", "");
  results::RunInfo info = example();
  info.inputs = {folder / "empty"};
  const Json input = json_of(info)["inputs"][0];
  CHECK(input["path"] == (folder / "empty").string());
  CHECK(input["sha256"] == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("an input that cannot be read is an input error that names it") {
  results::RunInfo info = example();
  info.inputs = {"/no/such/input"};
  const std::string error = error_of([&] { to_json(info); });
  CHECK(error.substr(0, 2) == "3:");
  CHECK_THAT(error, Contains("/no/such/input"));
}

TEST_CASE("the job id is null outside a job") {
  ::unsetenv("SLURM_JOB_ID");
  CHECK(json_of(example())["job_id"].is_null());
  ::setenv("SLURM_JOB_ID", "4711", 1);
  CHECK(json_of(example())["job_id"] == "4711");
  ::unsetenv("SLURM_JOB_ID");
}

TEST_CASE("arguments that are not UTF-8 are replaced instead of ending the run") {
  results::RunInfo info = example();
  info.command_line = {"shoal", "\xff.yaml"};
  CHECK(json_of(info)["command_line"][1] == "\xef\xbf\xbd.yaml");
}

TEST_CASE("versions of all components are known") {
  const auto versions = results::build_versions();
  REQUIRE(versions.size() >= 6);
  CHECK(versions[0] == std::pair<std::string, std::string>{"shoal", results::version()});
  for (const auto& [component, text] : versions) {
    INFO(component);
    CHECK_FALSE(text.empty());
  }
}

}  // namespace run_info_test
