#include "support/torch_catch.hpp"
// torch_catch.hpp first: Catch2 and LibTorch both define CHECK

#include "comm/mpi_communicator.hpp"
#include "evaluation/sharded_sum.hpp"
#include "evaluation/tiny_search.hpp"
#include "evaluation/wave.hpp"

namespace wave_mpi_test {

// CHECK, never REQUIRE: a rank that leaves a test early would let the others wait in the next collective.

using namespace shoal;
using namespace shoal::evaluation;
using evaluation::testing::TinySearch;

namespace {

const std::vector<swarm::Coordinates> positions{{1.0, 0.0}, {0.3, 0.7}, {-0.5, 1.5}};

/// Sums over MPI, and counts how often.
class CountingDevice : public comm::DeviceCollectives {
 public:
  explicit CountingDevice(const comm::Communicator& comm) : comm_(comm) {}
  void all_reduce(const Buffer& buffer, comm::ReduceOp op) override {
    ++sums;
    comm_.all_reduce(buffer, op);
  }
  void broadcast(const Buffer& buffer, int root) override { comm_.broadcast(buffer, root); }
  void reduce_scatter(const Buffer& source, const Buffer& target, comm::ReduceOp op) override {
    comm_.reduce_scatter(source, target, op);
  }
  void all_gather(const Buffer& source, const Buffer& target) override { comm_.all_gather(source, target); }
  std::string device() const override { return "none"; }

  int sums = 0;

 private:
  const comm::Communicator& comm_;
};

bool same_scores(const WaveScores& a, const WaveScores& b) {
  return std::ranges::equal(a.positions, b.positions, [](const PositionScores& x, const PositionScores& y) {
    return x.scores == y.scores && x.parsed == y.parsed && x.cut == y.cut;
  });
}

}  // namespace

TEST_CASE("scores are the same whoever sums them, and whether ranks materialise alone or together") {
  const auto world = comm::make_world();
  const TinySearch search;
  Evaluator evaluator = search.evaluator(*world);
  const WaveScores alone = evaluate(evaluator, positions, search.workload);
  CHECK(alone.positions.size() == positions.size());
  CHECK_FALSE(alone.interrupted);

  CountingDevice device(*world);
  evaluator.device = &device;
  CHECK(same_scores(evaluate(evaluator, positions, search.workload), alone));
  CHECK(device.sums == 1);

  evaluator.options.materialising = Materialising::together;
  evaluator.materialise = [&](const swarm::Coordinates& position) {
    return sharded_sum(*world, *search.inputs.pool, position, 1000);
  };
  CHECK(same_scores(evaluate(evaluator, positions, search.workload), alone));
  CHECK(device.sums == 1 + static_cast<int>(positions.size()));
}

TEST_CASE("what is kept of a wave materialised together belongs to its position") {
  const auto world = comm::make_world();
  const TinySearch search;
  Evaluator evaluator = search.evaluator(*world);
  evaluator.options.materialising = Materialising::together;
  std::vector<double> kept(positions.size(), 0.0);
  const auto keep = [&](std::size_t position, std::size_t, ItemResult) { kept[position] += 1.0; };
  const WaveScores wave = evaluate(evaluator, positions, search.workload, keep);
  world->all_reduce(Buffer::of(kept), comm::ReduceOp::sum);
  CHECK(kept == std::vector<double>(positions.size(), static_cast<double>(search.workload.items.size())));
  CHECK(wave.counts.prompt_tokens >= 0);
}

TEST_CASE("a wave gives signs of life and ends in the exchange") {
  const auto world = comm::make_world();
  const TinySearch search;
  ThroughputMonitor pace;
  Evaluator evaluator = search.evaluator(*world);
  evaluator.pace = &pace;
  const std::uint64_t before = world->liveness().beats();
  evaluate(evaluator, positions, search.workload);
  CHECK(world->liveness().beats() > before);
  CHECK(world->liveness().phase() == comm::Phase::exchange);
  CHECK_FALSE(world->liveness().waiting());
  world->barrier();
}

TEST_CASE("a wave that is interrupted on one rank is given up on all, materialised together too") {
  const auto world = comm::make_world();
  const TinySearch search;
  Evaluator evaluator = search.evaluator(*world);
  evaluator.interrupted = [&] { return world->rank() == world->size() - 1; };
  CHECK(evaluate(evaluator, positions, search.workload).interrupted);
  evaluator.options.materialising = Materialising::together;
  CHECK(evaluate(evaluator, positions, search.workload).interrupted);
}

}  // namespace wave_mpi_test
