// What checkpoints survive: full and read-only disks, and a process killed at any instant.

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>
#include <utility>

#include "base/error.hpp"
#include "base/file.hpp"
#include "checkpoint/checkpoint.hpp"
#include "checkpoint/swarm_state_example.hpp"
#include "results/history/examples_store.hpp"
#include "results/history/line_log.hpp"
#include "support/error_of.hpp"
#include "support/small_disk.hpp"
#include "support/temp_folder.hpp"

namespace checkpoint_failure_test {

using namespace shoal;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using shoal::testing::Bits;
using shoal::testing::error_of;
using shoal::testing::example_state;
using shoal::testing::SmallDisk;
using shoal::testing::TempFolder;

namespace {

namespace fs = std::filesystem;

checkpoint::CheckpointStore store_in(const fs::path& run_dir, int keep = 2) {
  return {run_dir, "hash", keep, [](const std::string&) {}};
}

void write(const fs::path& run_dir, int iteration, int keep = 2) {
  store_in(run_dir, keep).write({example_state(iteration), 0.0});
}

/// The iteration that a resumed search begins from; negative when there is none.
int newest(const fs::path& run_dir) {
  const auto checkpoint = store_in(run_dir).newest_valid();
  return checkpoint ? checkpoint->state.iteration : -1;
}

std::vector<std::string> names(const fs::path& run_dir) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(run_dir / "checkpoints"))
    names.push_back(entry.path().filename().string());
  std::ranges::sort(names);
  return names;
}

void damage(const fs::path& run_dir, const std::string& generation) {
  write_durably(run_dir / "checkpoints" / generation / "state.h5", "damaged");
}

/// Fills a disk to the last byte.
void fill(const fs::path& file) {
  std::ofstream stream(file, std::ios::binary);
  while (stream.write("0123456789abcdef", 16)) stream.flush();
}

/// A number that a child process leaves for its parent, however it ends.
class SharedNumber {
 public:
  SharedNumber()
      : value_(static_cast<std::atomic<int>*>(
            ::mmap(nullptr, sizeof(std::atomic<int>), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0))) {
    *value_ = -1;
  }
  SharedNumber(const SharedNumber&) = delete;
  SharedNumber& operator=(const SharedNumber&) = delete;
  ~SharedNumber() { ::munmap(value_, sizeof(std::atomic<int>)); }
  std::atomic<int>& operator*() const { return *value_; }

 private:
  std::atomic<int>* value_;
};

/// Runs `work` in a process of its own; once that has set `finished` beyond `last`, kills it after `delay`.
template <typename Work>
void run_and_kill(const SharedNumber& finished, int last, std::chrono::microseconds delay, Work work) {
  const pid_t child = ::fork();
  if (child == 0) {
    work();
    ::_exit(0);
  }
  while (*finished <= last && ::waitpid(child, nullptr, WNOHANG) == 0) std::this_thread::yield();
  std::this_thread::sleep_for(delay);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
}

/// How long one checkpoint takes here: kills are spread over that.
std::chrono::microseconds time_to_write() {
  const TempFolder folder;
  write(folder.path(), 0);
  const auto begin = std::chrono::steady_clock::now();
  write(folder.path(), 1);
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begin);
}

}  // namespace

TEST_CASE("a checkpoint that would not fit is refused before anything of it is written") {
  const SmallDisk disk("256k");
  if (!disk.mounted()) {
    WARN("skipped: mounting a small disk needs root");
    return;
  }
  write(disk.path(), 1);
  std::ofstream(disk.path() / "filler") << std::string(180 * 1024, 'x');
  CHECK_THAT(error_of([&] { write(disk.path(), 2); }),
             StartsWith("4: cannot write the checkpoint of iteration 2") && Contains("MiB are free"));
  CHECK(names(disk.path()) == std::vector<std::string>{"000001"});
  CHECK(newest(disk.path()) == 1);
}

TEST_CASE("a full disk is a resource error, and the older checkpoint stays the newest") {
  const SmallDisk disk("256k");
  if (!disk.mounted()) {
    WARN("skipped: mounting a small disk needs root");
    return;
  }
  write(disk.path(), 1);
  write(disk.path(), 2);
  fill(disk.path() / "filler");
  CHECK_THAT(error_of([&] { write(disk.path(), 3); }), StartsWith("4: ") && Contains("0.00 MiB are free"));
  CHECK(names(disk.path()) == std::vector<std::string>{"000001", "000002"});
  CHECK(newest(disk.path()) == 2);
  fs::remove(disk.path() / "filler");
  write(disk.path(), 3);
  CHECK(newest(disk.path()) == 3);
}

TEST_CASE("a full disk is a resource error for history and examples, and their old content stays") {
  const SmallDisk disk("64k");
  if (!disk.mounted()) {
    WARN("skipped: mounting a small disk needs root");
    return;
  }
  results::ExamplesStore examples(disk.path() / "examples.h5");
  examples.add(0, 0, std::vector<double>(100, 1.0));
  examples.save();
  const std::string before = read_text(disk.path() / "examples.h5");
  examples.add(1, 0, std::vector<double>(100, 0.5));
  const results::LineLog history(disk.path() / "history.jsonl");
  history.append("first");
  fill(disk.path() / "filler");
  CHECK_THAT(error_of([&] { examples.save(); }), StartsWith("4: ") && Contains("No space left on device"));
  CHECK(read_text(disk.path() / "examples.h5") == before);
  CHECK_THAT(error_of([&] { history.append(std::string(8192, 'x')); }), StartsWith("4: "));
  fs::remove(disk.path() / "filler");
  history.truncate(1);
  CHECK(read_text(history.path()) == "first\n");
}

TEST_CASE("a disk that has become read-only is a resource error and can still be read") {
  const SmallDisk disk("256k");
  if (!disk.mounted()) {
    WARN("skipped: mounting a small disk needs root");
    return;
  }
  write(disk.path(), 1);
  REQUIRE(disk.make_read_only());
  CHECK_THAT(error_of([&] { write(disk.path(), 2); }), StartsWith("4: ") && Contains("Read-only file system"));
  CHECK(newest(disk.path()) == 1);
}

TEST_CASE("a checkpoints folder that cannot be read is not taken for a search that has not begun") {
  const TempFolder folder;
  write_durably(folder / "checkpoints", "a file where the folder should be");
  CHECK_THAT(error_of([&] { newest(folder.path()); }), StartsWith("4: cannot read "));
}

TEST_CASE("a damaged checkpoint does not take the place of an intact one") {
  const TempFolder folder;
  for (const int iteration : {1, 2, 3}) write(folder.path(), iteration, 3);
  damage(folder.path(), "000003");
  damage(folder.path(), "000002");
  write(folder.path(), 4, 2);
  CHECK(names(folder.path()) == std::vector<std::string>{"000001", "000002", "000003", "000004"});
  write(folder.path(), 5, 2);
  CHECK(names(folder.path()) == std::vector<std::string>{"000004", "000005"});
}

TEST_CASE("an older search that is gone on with keeps its intact checkpoints below a damaged newer one") {
  const TempFolder folder;
  for (const int iteration : {1, 2, 9}) write(folder.path(), iteration, 3);
  damage(folder.path(), "000009");
  write(folder.path(), 3, 2);
  CHECK(newest(folder.path()) == 3);
  CHECK(names(folder.path()) == std::vector<std::string>{"000002", "000003", "000009"});
}

TEST_CASE("a manifest whose configuration hash is damaged falls back and does not refuse the run") {
  const TempFolder folder;
  write(folder.path(), 1);
  write(folder.path(), 2);
  const fs::path manifest = folder / "checkpoints/000002/manifest.json";
  std::string text = read_text(manifest);
  text[text.find("\"hash\"") + 1] = 'l';
  write_durably(manifest, text);
  CHECK(newest(folder.path()) == 1);
}

TEST_CASE("a process killed at any instant leaves the newest finished checkpoint or the one it was publishing") {
  constexpr int attempts = 24;
  const auto step = 2 * time_to_write() / attempts;
  const TempFolder folder;
  const SharedNumber finished;
  int last = -1;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    run_and_kill(finished, last, attempt * step, [&] {
      for (int iteration = last + 1;; ++iteration) {
        write(folder.path(), iteration);
        *finished = iteration;
      }
    });
    const auto checkpoint = store_in(folder.path()).newest_valid();
    REQUIRE(checkpoint);
    CHECK(checkpoint->state.iteration > last);
    last = checkpoint->state.iteration;
    CHECK((last == *finished || last == *finished + 1));
    CHECK(Bits::of(checkpoint->state) == Bits::of(example_state(last)));
    *finished = last;
  }
}

TEST_CASE("history and examples of a killed process agree with its newest checkpoint once they are cut back") {
  constexpr int attempts = 12;
  const auto step = 3 * time_to_write() / attempts;
  const TempFolder folder;
  const SharedNumber finished;
  const results::LineLog history(folder / "history.jsonl");
  std::string expected;
  int last = -1;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    results::ExamplesStore examples(folder / "examples.h5");
    examples.load(last);
    run_and_kill(finished, last, attempt * step, [&] {
      for (int iteration = last + 1;; ++iteration) {
        history.append("line " + std::to_string(iteration));
        examples.add(iteration, 0, std::vector<double>{0.5, iteration / 2.0});
        examples.save();
        write(folder.path(), iteration);
        *finished = iteration;
      }
    });
    const int before = std::exchange(last, newest(folder.path()));
    *finished = last;
    for (int iteration = before + 1; iteration <= last; ++iteration) expected += fmt::format("line {}\n", iteration);
    history.truncate(static_cast<std::size_t>(last + 1));
    CHECK(read_text(history.path()) == expected);
    results::ExamplesStore resumed(folder / "examples.h5");
    resumed.load(last);
    CHECK(resumed.rows() == static_cast<std::size_t>(last + 1));
  }
}

}  // namespace checkpoint_failure_test
