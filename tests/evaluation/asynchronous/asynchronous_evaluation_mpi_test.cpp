#include "evaluation/asynchronous/asynchronous_evaluation.hpp"
#include "support/torch_catch.hpp"
// torch_catch.hpp first: Catch2 and LibTorch both define CHECK
#include <utility>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "comm/mpi_communicator.hpp"
#include "evaluation/tiny_search.hpp"
#include "support/error_of.hpp"

namespace asynchronous_evaluation_mpi_test {

// CHECK, never REQUIRE: a rank that leaves a test early would let the others wait in the next collective.

using namespace shoal;
using namespace shoal::evaluation;
using evaluation::testing::TinySearch;

namespace {

const std::vector<swarm::Coordinates> positions{{1.0, 0.0}, {0.3, 0.7}, {-0.5, 1.5}};

void begin_all(PendingEvaluations& under_way, int iteration) {
  for (std::size_t p = 0; p < positions.size(); ++p) under_way.begin(static_cast<int>(p), iteration, positions[p]);
}

/// On rank 0 the scores of every position, however their evaluations come; empty elsewhere.
std::vector<std::vector<double>> scores_of_iteration(AsynchronousEvaluation& evaluation, int iteration) {
  std::vector<std::vector<double>> scores;
  std::size_t taken = 0;
  const bool done = evaluation.work_until([&](PendingEvaluations& under_way) {
    scores.resize(positions.size());
    if (taken == 0 && !under_way.has_begun(0, iteration)) begin_all(under_way, iteration);
    while (auto complete = under_way.take(iteration, std::nullopt)) {
      scores[static_cast<std::size_t>(complete->particle)] = std::move(complete->scores);
      ++taken;
    }
    return taken == positions.size();
  });
  CHECK(done);
  return scores;
}

}  // namespace

TEST_CASE("evaluations one by one give the scores of a wave, and again in the next iteration") {
  const auto world = comm::make_world();
  const TinySearch search;
  for (const int threads : {1, 3}) {
    Evaluator evaluator = search.evaluator(*world);
    evaluator.options.threads = threads;
    const WaveScores wave = evaluate(evaluator, positions, search.workload);
    AsynchronousEvaluation evaluation(evaluator, search.workload);
    for (int iteration = 1; iteration <= 2; ++iteration) {
      const auto scores = scores_of_iteration(evaluation, iteration);
      CHECK(scores.size() == (world->rank() == 0 ? positions.size() : 0));
      for (std::size_t p = 0; p < scores.size(); ++p) CHECK(scores[p] == wave.positions[p].scores);
    }
  }
}

TEST_CASE("ranks meet while evaluations are under way, and go on with them afterwards") {
  const auto world = comm::make_world();
  const TinySearch search;
  const Evaluator evaluator = search.evaluator(*world);
  AsynchronousEvaluation evaluation(evaluator, search.workload);
  const Stopwatch watch;
  constexpr double patience = 60.0;  // seconds
  int meetings = 0;
  bool complete = false;
  for (std::string outcome; outcome.empty(); ++meetings) {
    int looks = 0;
    CHECK(evaluation.work_until([&](PendingEvaluations& under_way) {
      if (meetings == 0 && looks == 0) under_way.begin(0, 1, positions[1]);
      complete = complete || under_way.take(1, 0);
      return ++looks == 2;
    }));
    outcome = world->broadcast(complete ? "complete" : watch.seconds() > patience ? "late" : "");
  }
  CHECK(complete == (world->rank() == 0));
  CHECK(meetings > 1);
}

TEST_CASE("a search that ends while evaluations are under way drops them") {
  const auto world = comm::make_world();
  const TinySearch search;
  const Evaluator evaluator = search.evaluator(*world);
  for (int i = 0; i < 3; ++i) {
    AsynchronousEvaluation evaluation(evaluator, search.workload);
    CHECK(evaluation.work_until([&](PendingEvaluations& under_way) {
      begin_all(under_way, 1);
      return true;
    }));
  }
  CHECK_FALSE(world->liveness().waiting());
}

TEST_CASE("evaluations that are interrupted on one rank are given up on all") {
  const auto world = comm::make_world();
  const TinySearch search;
  Evaluator evaluator = search.evaluator(*world);
  evaluator.interrupted = [&] { return world->rank() == world->size() - 1; };
  AsynchronousEvaluation evaluation(evaluator, search.workload);
  bool begun = false;
  CHECK_FALSE(evaluation.work_until([&](PendingEvaluations& under_way) {
    if (!std::exchange(begun, true)) begin_all(under_way, 1);
    return false;
  }));
}

TEST_CASE("an error of one rank's worker, and of rank 0 itself, is thrown on all") {
  const auto world = comm::make_world();
  const TinySearch search;
  Evaluator evaluator = search.evaluator(*world);
  bool begun = false;
  const auto endless = [&](PendingEvaluations& under_way) {
    if (!std::exchange(begun, true)) begin_all(under_way, 1);
    return false;
  };
  const auto materialise = evaluator.materialise;
  evaluator.materialise = [&](const swarm::Coordinates& position) {
    if (world->rank() == world->size() - 1) fail(ExitCode::resource, "no room on the last rank.");
    return materialise(position);
  };
  {
    AsynchronousEvaluation evaluation(evaluator, search.workload);
    CHECK(shoal::testing::error_of([&] { evaluation.work_until(endless); }) == "4: no room on the last rank.");
  }
  evaluator.materialise = materialise;
  AsynchronousEvaluation evaluation(evaluator, search.workload);
  const auto wrong = [](PendingEvaluations&) -> bool { fail(ExitCode::input, "rank 0 cannot take it."); };
  CHECK(shoal::testing::error_of([&] { evaluation.work_until(wrong); }) == "3: rank 0 cannot take it.");
}

TEST_CASE("a rank without work waits for the others, and is not waiting when they meet") {
  const auto world = comm::make_world();
  const TinySearch search;
  const Evaluator evaluator = search.evaluator(*world);
  AsynchronousEvaluation evaluation(evaluator, search.workload);
  bool waited = false;
  int looks = 0;
  CHECK(evaluation.work_until([&](PendingEvaluations&) {
    waited = waited || world->liveness().waiting();
    return ++looks > 3;
  }));
  CHECK(waited == (world->rank() == 0));
  CHECK_FALSE(world->liveness().waiting());
}

}  // namespace asynchronous_evaluation_mpi_test
