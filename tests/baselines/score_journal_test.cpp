#include "baselines/score_journal.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "base/file.hpp"
#include "comm/serial_communicator.hpp"
#include "support/temp_folder.hpp"

namespace score_journal_test {

using namespace shoal;
using baselines::ScoreJournal;
using swarm::Coordinates;

namespace {

struct Fixture {
  testing::TempFolder folder;
  comm::SerialCommunicator alone;
  std::filesystem::path file = folder.path() / "baselines" / "one.jsonl";
  int scored = 0;  // questions that were not answered from the file

  ScoreJournal journal(const std::string& key = "key") const { return {alone, file, key}; }

  std::optional<std::vector<double>> ask(ScoreJournal& journal, double first) {
    const std::vector<Coordinates> positions{{first, 1.0 - first}, {0.5, 0.5}};
    return journal.ask(positions, [&](std::span<const Coordinates> asked) {
      ++scored;
      return std::optional(std::vector<double>{asked[0][0] / 3.0, std::nan("")});
    });
  }
};

}  // namespace

TEST_CASE("The same questions get the same answers, bit for bit, without being scored again") {
  Fixture f;
  auto first = f.journal();
  const auto one = f.ask(first, 0.1);
  f.ask(first, 0.2);
  CHECK(f.scored == 2);
  auto second = f.journal();
  const auto again = f.ask(second, 0.1);
  REQUIRE(again);
  CHECK((*again)[0] == (*one)[0]);
  CHECK(std::isnan((*again)[1]));
  f.ask(second, 0.2);
  CHECK(f.scored == 2);
  f.ask(second, 0.3);
  CHECK(f.scored == 3);
}

TEST_CASE("From the first other question on everything is scored, and the file follows") {
  Fixture f;
  auto first = f.journal();
  for (const double x : {0.1, 0.2, 0.3}) f.ask(first, x);
  auto second = f.journal();
  for (const double x : {0.1, 0.7, 0.3}) f.ask(second, x);
  CHECK(f.scored == 3 + 2);
  auto third = f.journal();
  for (const double x : {0.1, 0.7, 0.3}) f.ask(third, x);
  CHECK(f.scored == 3 + 2);
}

TEST_CASE("Another key, and a damaged file, count as nothing") {
  Fixture f;
  auto first = f.journal();
  f.ask(first, 0.1);
  auto other = f.journal("other");
  f.ask(other, 0.1);
  CHECK(f.scored == 2);
  write_atomically(f.file, read_text(f.file).substr(0, 60));
  auto damaged = f.journal("other");
  f.ask(damaged, 0.1);
  CHECK(f.scored == 3);
}

TEST_CASE("What was interrupted is not filed") {
  Fixture f;
  auto first = f.journal();
  const std::vector<Coordinates> positions{{0.1, 0.9}};
  CHECK_FALSE(first.ask(positions, [](auto) { return std::nullopt; }));
  CHECK_FALSE(std::filesystem::exists(f.file));
}

}  // namespace score_journal_test
