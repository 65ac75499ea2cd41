#include "search/deadline.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <ctime>
#include <string>

namespace deadline_test {

using shoal::search::Deadline;

namespace {

/// Sets SLURM_JOB_END_TIME for one test, or takes it out.
class SlurmEnd {
 public:
  explicit SlurmEnd(const std::string& text) { ::setenv("SLURM_JOB_END_TIME", text.c_str(), 1); }
  SlurmEnd() { ::unsetenv("SLURM_JOB_END_TIME"); }
  SlurmEnd(const SlurmEnd&) = delete;
  SlurmEnd& operator=(const SlurmEnd&) = delete;
  ~SlurmEnd() { ::unsetenv("SLURM_JOB_END_TIME"); }
};

std::string epoch_in(std::time_t seconds) { return std::to_string(std::time(nullptr) + seconds); }

}  // namespace

TEST_CASE("without walltime and without a Slurm job there is no deadline") {
  const SlurmEnd none;
  const Deadline deadline = Deadline::from(std::nullopt);
  CHECK_FALSE(deadline.passed());
  CHECK_FALSE(deadline.seconds_left());
}

TEST_CASE("a tenth of a short walltime is kept for the checkpoint, a minute of a long one") {
  const SlurmEnd none;
  CHECK(Deadline::from(100.0).seconds_left().value() == Approx(90.0).margin(1.0));
  CHECK(Deadline::from(3600.0).seconds_left().value() == Approx(3540.0).margin(1.0));
}

TEST_CASE("a walltime that is used up has passed") {
  const SlurmEnd none;
  CHECK(Deadline::from(0.0).passed());
  CHECK(Deadline::from(-5.0).passed());
  CHECK_FALSE(Deadline::from(100.0).passed());
}

TEST_CASE("auto takes the end of the Slurm job") {
  const SlurmEnd job(epoch_in(1000));
  CHECK(Deadline::from(std::nullopt).seconds_left().value() == Approx(940.0).margin(2.0));
}

TEST_CASE("a Slurm job whose end is in the past has passed") {
  const SlurmEnd job(epoch_in(-10));
  CHECK(Deadline::from(std::nullopt).passed());
}

TEST_CASE("a walltime that the user grants overrules the job's end") {
  const SlurmEnd job(epoch_in(1000));
  CHECK(Deadline::from(100.0).seconds_left().value() == Approx(90.0).margin(1.0));
}

TEST_CASE("an end time that is no number is no deadline") {
  for (const char* text : {"", "Unknown", "17abc", "2026-01-01T00:00:00", "99999999999999999999999"}) {
    INFO(text);
    const SlurmEnd job(text);
    CHECK_FALSE(Deadline::from(std::nullopt).seconds_left());
  }
}

TEST_CASE("times beyond what a clock can hold are no deadline instead of an overflow") {
  const SlurmEnd job("999999999999999999");
  CHECK_FALSE(Deadline::from(std::nullopt).passed());
  CHECK_FALSE(Deadline::from(1e18).passed());
}

}  // namespace deadline_test
