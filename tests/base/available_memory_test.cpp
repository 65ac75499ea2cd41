#include "base/available_memory.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "support/temp_folder.hpp"

namespace available_memory_test {

using shoal::available_memory;
using shoal::testing::TempFolder;

namespace {

namespace fs = std::filesystem;

void write(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  std::ofstream(file) << text;
}

/// A machine with 1,000,000 kB available, and a process in the group job/step.
struct Machine {
  TempFolder folder;
  fs::path proc = folder.path() / "proc";
  fs::path groups = folder.path() / "cgroup";

  Machine() {
    write(proc / "meminfo", "MemTotal:  4000000 kB\nMemFree:  3000 kB\nMemAvailable:  1000000 kB\nBuffers: 7 kB\n");
    write(proc / "self/cgroup", "5:memory:/old/job\n1:cpu:/other\n0::/job/step\n");
  }
  std::int64_t left() const { return available_memory(proc, groups); }
};

}  // namespace

TEST_CASE("Without a control group's limit the machine's available memory counts") {
  const Machine machine;
  CHECK(machine.left() == 1024000000);
  write(machine.groups / "job/step/memory.max", "max\n");
  write(machine.groups / "job/step/memory.current", "5000\n");
  CHECK(machine.left() == 1024000000);
}

TEST_CASE("The narrowest limit of the groups around the process counts, pages of files left out") {
  const Machine machine;
  write(machine.groups / "job/memory.max", "9000000\n");
  write(machine.groups / "job/memory.current", "3000000\n");
  CHECK(machine.left() == 6000000);
  write(machine.groups / "job/memory.stat", "anon 2000000\nfile 1000000\nfile_mapped 5\n");
  CHECK(machine.left() == 7000000);
  write(machine.groups / "job/step/memory.max", "4000000\n");
  write(machine.groups / "job/step/memory.current", "1000000\n");
  CHECK(machine.left() == 3000000);
  write(machine.groups / "job/step/memory.current", "5000000\n");
  CHECK(machine.left() == 0);
}

TEST_CASE("The first version of control groups counts too") {
  const Machine machine;
  write(machine.groups / "memory/old/job/memory.limit_in_bytes", "9223372036854771712\n");
  write(machine.groups / "memory/old/job/memory.usage_in_bytes", "100\n");
  CHECK(machine.left() == 1024000000);
  write(machine.groups / "memory/old/memory.limit_in_bytes", "5000000\n");
  write(machine.groups / "memory/old/memory.usage_in_bytes", "3000000\n");
  write(machine.groups / "memory/old/memory.stat", "cache 500000\nrss 2500000\n");
  CHECK(machine.left() == 2500000);
}

TEST_CASE("What cannot be read counts as nothing, and this machine has something") {
  CHECK(available_memory("/nonexistent", "/nonexistent") == 0);
  CHECK(available_memory() > 0);
}

}  // namespace available_memory_test
