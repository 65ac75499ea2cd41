#include "checkpoint/checkpoint.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/file.hpp"
#include "checkpoint/checkpoint_manifest.hpp"
#include "checkpoint/dense_file.hpp"
#include "checkpoint/dense_reader.hpp"
#include "checkpoint/swarm_state_example.hpp"
#include "support/error_of.hpp"
#include "support/temp_folder.hpp"

namespace checkpoint_test {

using namespace shoal;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using shoal::testing::Bits;
using shoal::testing::error_of;
using shoal::testing::example_state;
using shoal::testing::TempFolder;

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

/// A run folder with the checkpoints of iterations 1, 2 and 3, and what reading them warns about.
class Run {
 public:
  Run() {
    for (const int iteration : {1, 2, 3}) write(iteration);
  }

  void write(int iteration) const { store().write({example_state(iteration), 10.5 * iteration}); }

  checkpoint::CheckpointStore store(const std::string& hash = "hash", int keep = 3) const {
    return {folder_.path(), hash, keep, [this](const std::string& text) { warnings_.push_back(text); }};
  }

  fs::path file(int iteration, const std::string& name) const {
    return folder_ / fmt::format("checkpoints/{:06d}/{}", iteration, name);
  }

  /// The iteration that a resumed search begins from; negative when there is none.
  int newest() const {
    const auto checkpoint = store().newest_valid();
    return checkpoint ? checkpoint->state.iteration : -1;
  }

  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_ / "checkpoints"))
      names.push_back(entry.path().filename().string());
    std::ranges::sort(names);
    return names;
  }

  const std::vector<std::string>& warnings() const { return warnings_; }
  const fs::path& folder() const { return folder_.path(); }

 private:
  TempFolder folder_;
  mutable std::vector<std::string> warnings_;
};

void truncate(const fs::path& file) { fs::resize_file(file, fs::file_size(file) / 2); }

void flip_bit(const fs::path& file, std::size_t at) {
  std::string bytes = read_text(file);
  bytes.at(at) = static_cast<char>(bytes.at(at) ^ 4);
  write_durably(file, bytes);
}

/// Changes one value of a manifest and leaves it well-formed.
void edit(const fs::path& manifest, const std::string& pointer, const Json& value) {
  Json json = Json::parse(read_text(manifest));
  json[Json::json_pointer(pointer)] = value;
  write_durably(manifest, json.dump());
}

/// What the next older checkpoint and exactly one warning that names the damaged one look like.
void check_fallback(const Run& run) {
  CHECK(run.newest() == 2);
  REQUIRE(run.warnings().size() == 1);
  CHECK_THAT(run.warnings()[0], StartsWith("checkpoint 000003 is skipped: ") && Contains(run.file(3, "").string()));
}

}  // namespace

TEST_CASE("the newest checkpoint comes back bit for bit with its seconds") {
  const Run run;
  const auto checkpoint = run.store().newest_valid();
  REQUIRE(checkpoint);
  CHECK(Bits::of(checkpoint->state) == Bits::of(example_state(3)));
  CHECK(checkpoint->search_seconds == 31.5);
  CHECK(run.warnings().empty());
}

TEST_CASE("a run folder without checkpoints, or none at all, has nothing to resume") {
  const TempFolder folder;
  const auto ignore = [](const std::string&) {};
  CHECK_FALSE(checkpoint::CheckpointStore(folder.path(), "hash", 3, ignore).newest_valid());
  CHECK_FALSE(checkpoint::CheckpointStore(folder / "missing", "hash", 3, ignore).newest_valid());
}

TEST_CASE("a truncated state falls back to the next older checkpoint") {
  const Run run;
  truncate(run.file(3, "state.h5"));
  check_fallback(run);
}

TEST_CASE("a single flipped bit anywhere in the state is noticed") {
  const Run run;
  const std::size_t size = fs::file_size(run.file(3, "state.h5"));
  const std::string intact = read_text(run.file(3, "state.h5"));
  for (const std::size_t at : {std::size_t{0}, size / 3, size / 2, size - 1}) {
    flip_bit(run.file(3, "state.h5"), at);
    CHECK(run.newest() == 2);
    write_durably(run.file(3, "state.h5"), intact);
  }
  CHECK(run.newest() == 3);
  CHECK(run.warnings().size() == 4);
}

TEST_CASE("a state swapped with another checkpoint's is noticed") {
  const Run run;
  fs::copy_file(run.file(1, "state.h5"), run.file(3, "state.h5"), fs::copy_options::overwrite_existing);
  check_fallback(run);
}

TEST_CASE("a folder under another one's name is noticed") {
  const Run run;
  fs::rename(run.file(1, "").parent_path(), run.folder() / "checkpoints/kept");
  fs::rename(run.file(3, "").parent_path(), run.file(1, "").parent_path());
  fs::rename(run.folder() / "checkpoints/kept", run.file(3, "").parent_path());
  CHECK(run.newest() == 2);
  CHECK_THAT(run.warnings().at(0), Contains("is of iteration 1 and not of 3"));
}

TEST_CASE("a missing state or manifest falls back") {
  const Run state;
  fs::remove(state.file(3, "state.h5"));
  check_fallback(state);
  const Run manifest;
  fs::remove(manifest.file(3, "manifest.json"));
  check_fallback(manifest);
}

TEST_CASE("a truncated, empty or foreign manifest falls back") {
  const Run cut;
  truncate(cut.file(3, "manifest.json"));
  check_fallback(cut);
  for (const char* text : {"", "{}", "[]", "\xff", "{\"format\": \"one\"}"}) {
    INFO(text);
    const Run run;
    write_durably(run.file(3, "manifest.json"), text);
    check_fallback(run);
  }
}

TEST_CASE("a manifest whose values do not fit falls back") {
  const std::vector<std::pair<std::string, Json>> edits{
      {"/format", 4},          {"/complete", false},         {"/iteration", 2},
      {"/iteration", "three"}, {"/files", Json::array()},    {"/files/0/bytes", 1},
      {"/files/0/xxh3", "0"},  {"/search_seconds", nullptr}, {"/config_hash", 5}};
  for (const auto& [pointer, value] : edits) {
    INFO(pointer);
    const Run run;
    edit(run.file(3, "manifest.json"), pointer, value);
    check_fallback(run);
  }
}

TEST_CASE("when all checkpoints are damaged the run is refused, each is named and none removed") {
  const Run run;
  for (const int iteration : {1, 2, 3}) truncate(run.file(iteration, "state.h5"));
  const std::string error = error_of([&] { run.newest(); });
  CHECK_THAT(error, StartsWith("3: none of the 3 checkpoints in ") && Contains("--resume never"));
  CHECK(run.names().size() == 3);
  CHECK(run.warnings().size() == 3);
  CHECK_THAT(run.warnings().back(), StartsWith("checkpoint 000001 is skipped"));
}

TEST_CASE("a newest checkpoint of a later format is not passed over for an older one") {
  const Run run;
  Json json = Json::parse(read_text(run.file(3, "manifest.json")));
  json["format"] = 4;
  json.erase("xxh3");
  json["xxh3"] = checkpoint::describe("", json.dump()).xxh3;
  write_durably(run.file(3, "manifest.json"), json.dump());
  CHECK_THAT(error_of([&] { run.newest(); }), StartsWith("3: ") && Contains("has format 4"));
  CHECK(run.warnings().empty());
  const auto generations = checkpoint::inspect_checkpoints(run.folder());
  CHECK(generations[0].newer_format);
  CHECK_THAT(generations[0].problem, Contains("has format 4"));
  CHECK_FALSE(generations[1].newer_format);
}

TEST_CASE("a checkpoint of another configuration is the user's error and is not passed over") {
  const Run run;
  const std::string error = error_of([&] { run.store("other").newest_valid(); });
  CHECK_THAT(error, StartsWith("2: run folder " + run.folder().string()) && Contains("--resume never"));
  CHECK(run.warnings().empty());
}

TEST_CASE("as many generations stay as asked for, the newest ones") {
  const Run run;
  run.write(4);
  run.write(5);
  CHECK(run.names() == std::vector<std::string>{"000003", "000004", "000005"});
  run.store("hash", 2).write({example_state(6), 0.0});
  CHECK(run.names() == std::vector<std::string>{"000005", "000006"});
}

TEST_CASE("a temporary folder that a killed process left is never read and goes with the next checkpoint") {
  const Run run;
  const fs::path left = run.folder() / "checkpoints/.tmp-000009";
  fs::copy(run.folder() / "checkpoints/000003", left);
  CHECK(run.newest() == 3);
  CHECK(run.warnings().empty());
  run.write(4);
  CHECK(run.names() == std::vector<std::string>{"000002", "000003", "000004"});
}

TEST_CASE("folders and files with other names are left alone") {
  const Run run;
  fs::create_directories(run.folder() / "checkpoints/notes");
  write_durably(run.folder() / "checkpoints/12", "short");
  CHECK(run.newest() == 3);
  CHECK(run.warnings().empty());
}

TEST_CASE("writing an iteration again replaces a damaged checkpoint") {
  const Run run;
  truncate(run.file(3, "state.h5"));
  run.write(3);
  CHECK(run.newest() == 3);
  CHECK(run.warnings().empty());
}

TEST_CASE("clearing removes all checkpoints and may be done twice, also after a process was killed at it") {
  const Run run;
  fs::create_directories(run.folder() / ".tmp-checkpoints/000001");
  run.store().clear();
  run.store().clear();
  CHECK(run.newest() == -1);
  CHECK(fs::is_empty(run.folder()));
}

TEST_CASE("a checkpoints folder that cannot be cleared is a resource error") {
  const TempFolder folder;
  write_durably(folder / "file", "");
  const checkpoint::CheckpointStore store(folder / "file", "hash", 3, [](const std::string&) {});
  CHECK_THAT(error_of([&] { store.clear(); }), StartsWith("4: cannot remove "));
}

TEST_CASE("a run folder that cannot be written to is a resource error and leaves the old checkpoint") {
  const TempFolder folder;
  write_durably(folder / "checkpoints", "a file where the folder should be");
  const checkpoint::CheckpointStore store(folder.path(), "hash", 3, [](const std::string&) {});
  CHECK(error_of([&] { store.write({example_state(1), 0.0}); }).substr(0, 2) == "4:");
}

TEST_CASE("the manifest says what a stranger needs to know") {
  const Run run;
  const Json json = Json::parse(read_text(run.file(3, "manifest.json")));
  CHECK(json["format"] == 3);
  CHECK(json["files"][0]["kind"] == "state");
  CHECK(json["files"][0]["rank"].is_null());
  CHECK(json["config_hash"] == "hash");
  CHECK(json["iteration"] == 3);
  CHECK(json["seed"] == 0xfedcba9876543210U);
  CHECK(json["files"][0]["bytes"] == fs::file_size(run.file(3, "state.h5")));
  CHECK(json["complete"] == true);
}

namespace {

/// A dense checkpoint of iteration 4: the state of `example_state` and the files of two ranks.
void write_dense(const Run& run) {
  const auto store = run.store();
  const fs::path folder = store.prepare(4);
  const swarm::SwarmState state = example_state(4);
  std::vector<checkpoint::Manifest::File> files;
  for (int rank = 0; rank < 2; ++rank) {
    swarm::DenseSwarm swarm(swarm::owned_by(rank, 2, 3), 1000);
    std::ranges::fill(swarm.position(swarm.owned().first), static_cast<float>(rank + 1));
    swarm.global_best().origin = swarm::origin_of(state.global_best);
    swarm.global_worst().origin = swarm::origin_of(state.global_worst);
    for (const swarm::Incumbent& extreme : state.worst_by_iteration) {
      const swarm::Origin origin = swarm::origin_of(extreme);
      if (swarm.owned().contains(origin.particle)) swarm.window().push_back({origin, std::vector<float>(1000)});
    }
    swarm.stand_at(4);
    std::ranges::move(checkpoint::DenseImage(rank, 4, swarm, swarm.reached(state)).write(folder),
                      std::back_inserter(files));
  }
  store.write(checkpoint::image_of(state, 1.0), files);
}

}  // namespace

TEST_CASE("a dense checkpoint lists the files of its ranks and gives them back") {
  const Run run;
  write_dense(run);
  CHECK(run.newest() == 4);
  CHECK(run.store().rank_files(3).empty());
  const auto files = run.store().rank_files(4);
  REQUIRE(files.size() == 4);
  CHECK(*files[1].rank == 0);
  CHECK(*files[2].rank == 1);
  swarm::DenseSwarm swarm({1, 2}, 1000);
  checkpoint::read_dense({run.store().folder_of(4), files, 3}, example_state(4), swarm);
  CHECK(swarm.position(1)[999] == 2.0F);
}

TEST_CASE("a rank's file that is damaged, cut or missing makes the checkpoint fall back") {
  const std::vector<std::function<void(const fs::path&)>> damages{
      [](const fs::path& file) { flip_bit(file, fs::file_size(file) / 2); },
      [](const fs::path& file) { truncate(file); }, [](const fs::path& file) { fs::remove(file); }};
  for (const auto& damage : damages) {
    for (const char* name : {"rank-0001.h5", "reached-0000-000004.h5"}) {
      const Run run;
      write_dense(run);
      damage(run.file(4, name));
      CHECK(run.newest() == 3);
      REQUIRE(run.warnings().size() == 1);
      CHECK_THAT(run.warnings()[0], Contains(name));
    }
  }
}

TEST_CASE("an abandoned dense checkpoint leaves the older ones and nothing else") {
  const Run run;
  const auto store = run.store();
  const swarm::DenseSwarm swarm({0, 3}, 10);
  checkpoint::DenseImage(0, 4, swarm, {}).write(store.prepare(4));
  CHECK(run.newest() == 3);
  store.abandon();
  CHECK(run.names() == std::vector<std::string>{"000001", "000002", "000003"});
}

}  // namespace checkpoint_test
