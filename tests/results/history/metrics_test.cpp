#include "results/history/metrics.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "results/history/history_line.hpp"
#include "results/history/iteration_record_example.hpp"

namespace metrics_test {

using namespace shoal;
using shoal::testing::example_record;

TEST_CASE("metrics sum up an iteration") {
  const results::Metrics metrics = results::metrics_of(example_record(), 2.5);
  CHECK(metrics.iteration == 3);
  CHECK(metrics.best == 0.44);
  CHECK(metrics.mean == 0.41);
  CHECK(metrics.lowest == 0.41);
  CHECK(metrics.step_length == 0.7 * 0.95 * 0.95);
  CHECK(metrics.evaluated == 2);
  CHECK(metrics.seconds == 2.5);
}

TEST_CASE("the spread in the metrics is the root mean square distance to the mean position") {
  // Positions (0.1, 0.9), (0.5, 0.5), (1.5, -0.5) have the mean (0.7, 0.3): squared distances 0.72, 0.08, 1.28.
  CHECK(results::metrics_of(example_record(), 0.0).spread == Approx(std::sqrt((0.72 + 0.08 + 1.28) / 3.0)));
}

TEST_CASE("iteration 0 has the step length 0") {
  swarm::IterationRecord record = example_record();
  record.step_length.reset();
  CHECK(results::metrics_of(record, 0.0).step_length == 0.0);
}

TEST_CASE("without a finite utility there is neither a mean nor a lowest") {
  swarm::IterationRecord record = example_record();
  record.particles = {record.particles[2]};
  const results::Metrics metrics = results::metrics_of(record, 0.0);
  CHECK(std::isnan(metrics.mean));
  CHECK(std::isnan(metrics.lowest));
}

TEST_CASE("a CSV line has a field for each name in the header") {
  const std::string header = results::csv_header();
  const std::string line = results::to_csv({7, 0.5, 0.25, 0.125, 1.5, 0.7, 12, 240, 3.25});
  CHECK(line == "7,0.5,0.25,0.125,1.5,0.7,12,240,3.250");
  CHECK(std::ranges::count(line, ',') == std::ranges::count(header, ','));
  CHECK(header == "iteration,best,mean,lowest,spread,step_length,evaluated,examples,seconds");
}

TEST_CASE("pruned evaluations, of which only bounds are known, are no part of mean and lowest") {
  swarm::IterationRecord record = example_record();
  record.particles[0].bounds = swarm::Interval{0.1, 0.41};
  record.particles[1].stale = false;
  const results::Metrics metrics = results::metrics_of(record, 0.0);
  CHECK(metrics.mean == 0.21);
  CHECK(metrics.examples == 400);
}

TEST_CASE("the spread of dense positions is the root mean square distance to the global best") {
  swarm::IterationRecord record = example_record();
  for (std::size_t i = 0; i < 3; ++i) {
    record.particles[i].position = {};
    record.particles[i].norms = swarm::DenseNorms{1.0, 1.0, static_cast<double>(i)};
  }
  CHECK(results::metrics_of(record, 0.0).spread == Approx(std::sqrt((0.0 + 1.0 + 4.0) / 3.0)));
}

TEST_CASE("stale particles, which show an earlier utility, are no part of mean and lowest") {
  swarm::IterationRecord record = example_record();
  record.particles[1].utility = 0.01;
  const results::Metrics metrics = results::metrics_of(record, 0.0);
  CHECK(metrics.mean == 0.41);
  CHECK(metrics.lowest == 0.41);
  CHECK(metrics.evaluated == 2);
  CHECK(results::mean_utility(results::read_history_line(results::to_json_line(record, 0.0))) == metrics.mean);
}

}  // namespace metrics_test
