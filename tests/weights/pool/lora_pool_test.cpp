#include "weights/adapter_files.hpp"
//
#include <thread>
#include <vector>

#include "support/gpu.hpp"
#include "support/temp_folder.hpp"
#include "weights/low_rank.hpp"
#include "weights/pool/expert_pool.hpp"

namespace lora_pool_test {

namespace {

using namespace shoal;
using namespace shoal::testing;
using weights::ExpertPool;
using weights::LowRank;
using weights::MergeSpace;
using weights::ModelDelta;

/// Three experts; under `delta` they differ in rank and alpha, and the last adapts q_proj only.
struct Experts {
  TempFolder folder;
  std::vector<std::filesystem::path> paths;
  std::vector<Tensors> tensors;
  std::vector<double> scales;

  Experts(MergeSpace space, at::ScalarType type) {
    write_model(folder / "base", small_base());
    const bool equal = space == MergeSpace::factors;
    for (int k = 0; k < 3; ++k) {
      const int rank = equal ? 2 : k + 1;
      const double alpha = equal ? 3.0 : 2.0 + k;
      tensors.push_back(small_factors(rank, 10 * k, type));
      scales.push_back(alpha / rank);
      if (!equal && k == 2) {
        tensors.back().erase(factor_name(v_proj, 'A'));
        tensors.back().erase(factor_name(v_proj, 'B'));
      }
      paths.push_back(folder / ("expert" + std::to_string(k)));
      write_adapter(paths.back(), plain_config(rank, alpha), tensors.back());
    }
  }
  ExpertPool load(MergeSpace space) const { return ExpertPool::load(paths, folder / "base", space); }
};

/// sum_k a_k F_k of one factor, tensor by tensor.
at::Tensor slow_factor(const Experts& experts, const std::vector<double>& a, const std::string& name) {
  at::Tensor sum;
  for (std::size_t k = 0; k < a.size(); ++k) {
    const at::Tensor term = experts.tensors[k].at(name).to(at::kFloat).mul(static_cast<float>(a[k]));
    sum = k == 0 ? term : sum.add(term);
  }
  return sum;
}

/// dW = sum_k a_k s_k B_k A_k in float64, through dense matrices.
at::Tensor slow_delta(const Experts& experts, const std::vector<double>& a, const std::string& module) {
  at::Tensor sum = at::zeros({1}, at::kDouble);
  for (std::size_t k = 0; k < a.size(); ++k) {
    const auto found = experts.tensors[k].find(factor_name(module, 'A'));
    if (found == experts.tensors[k].end()) continue;
    const at::Tensor factor_b = experts.tensors[k].at(factor_name(module, 'B')).to(at::kDouble);
    sum = sum + at::matmul(factor_b, found->second.to(at::kDouble)) * (a[k] * experts.scales[k]);
  }
  return sum;
}

double distance(const LowRank& pair, const at::Tensor& expected) {
  return ((weights::dense(pair).to(at::kDouble) - expected).norm() / expected.norm()).item<double>();
}

const std::vector<double> some_weights{1.4, -0.7, 0.3};

TEST_CASE("factors: A and B are summed apart, bit for bit as tensor by tensor, in every stored type") {
  for (const at::ScalarType type : {at::kFloat, at::kBFloat16, at::kHalf}) {
    const Experts experts(MergeSpace::factors, type);

    const ModelDelta delta = experts.load(MergeSpace::factors).materialise(some_weights);

    REQUIRE(delta.low_rank.size() == 2);
    CHECK(delta.full.empty());
    for (const std::string& module : {q_proj, v_proj}) {
      const LowRank& pair = delta.low_rank.at(module);
      INFO(module << " " << at::toString(type));
      CHECK(pair.scale == 1.5);
      CHECK(at::equal(pair.a, slow_factor(experts, some_weights, factor_name(module, 'A'))));
      CHECK(at::equal(pair.b, slow_factor(experts, some_weights, factor_name(module, 'B'))));
    }
  }
}

TEST_CASE("factors: experts of different element types are summed too") {
  Experts experts(MergeSpace::factors, at::kFloat);
  experts.tensors[1] = small_factors(2, 10, at::kBFloat16);
  write_adapter(experts.paths[1], plain_config(2, 3.0), experts.tensors[1]);

  const ModelDelta delta = experts.load(MergeSpace::factors).materialise(some_weights);

  CHECK(at::equal(delta.low_rank.at(q_proj).a, slow_factor(experts, some_weights, factor_name(q_proj, 'A'))));
}

TEST_CASE("a one-hot position is the expert itself, bit for bit under factors") {
  const Experts experts(MergeSpace::factors, at::kBFloat16);
  const ModelDelta delta = experts.load(MergeSpace::factors).materialise(std::vector{0.0, 1.0, 0.0});
  CHECK(at::equal(delta.low_rank.at(q_proj).b, experts.tensors[1].at(factor_name(q_proj, 'B')).to(at::kFloat)));
}

TEST_CASE("delta: the stacked pair is the sum of the experts' products, whatever their ranks, alphas and targets") {
  const Experts experts(MergeSpace::delta, at::kFloat);

  const ModelDelta delta = experts.load(MergeSpace::delta).materialise(some_weights);

  CHECK(delta.low_rank.at(q_proj).a.size(0) == 1 + 2 + 3);
  CHECK(delta.low_rank.at(v_proj).a.size(0) == 1 + 2);
  for (const std::string& module : {q_proj, v_proj}) {
    CHECK(delta.low_rank.at(module).scale == 1.0);
    CHECK(distance(delta.low_rank.at(module), slow_delta(experts, some_weights, module)) < 1e-6);
  }
}

TEST_CASE("factors: each block of layers is summed with coefficients of its own") {
  const Experts experts(MergeSpace::factors, at::kBFloat16);
  const std::vector<double> blocks{1.4, -0.7, 0.3, 0.2, 0.2, 0.6};  // q_proj is in layer 0, v_proj in layer 1

  const ModelDelta delta = experts.load(MergeSpace::factors).materialise(blocks);

  const std::vector<double> second(blocks.begin() + 3, blocks.end());
  for (const char side : {'A', 'B'}) {
    const auto factor = [&](const LowRank& pair) { return side == 'A' ? pair.a : pair.b; };
    CHECK(at::equal(factor(delta.low_rank.at(q_proj)), slow_factor(experts, some_weights, factor_name(q_proj, side))));
    CHECK(at::equal(factor(delta.low_rank.at(v_proj)), slow_factor(experts, second, factor_name(v_proj, side))));
  }
}

TEST_CASE("delta: each block of layers is summed with coefficients of its own") {
  const Experts experts(MergeSpace::delta, at::kFloat);
  const ModelDelta delta = experts.load(MergeSpace::delta).materialise(std::vector{1.4, -0.7, 0.3, 0.2, 0.2, 0.6});
  CHECK(distance(delta.low_rank.at(q_proj), slow_delta(experts, some_weights, q_proj)) < 1e-6);
  CHECK(distance(delta.low_rank.at(v_proj), slow_delta(experts, {0.2, 0.2, 0.6}, v_proj)) < 1e-6);
}

TEST_CASE("delta: shapes do not depend on the coefficients, zeros included") {
  const Experts experts(MergeSpace::delta, at::kFloat);
  const ExpertPool pool = experts.load(MergeSpace::delta);
  const ModelDelta one = pool.materialise(std::vector{0.0, 1.0, 0.0});
  CHECK(one.low_rank.at(q_proj).a.size(0) == 6);
  CHECK(distance(one.low_rank.at(q_proj), slow_delta(experts, {0.0, 1.0, 0.0}, q_proj)) < 1e-6);
}

TEST_CASE("the two spaces differ for mixtures and agree for single experts") {
  const Experts experts(MergeSpace::factors, at::kFloat);
  const ExpertPool factors = experts.load(MergeSpace::factors);
  const ExpertPool deltas = experts.load(MergeSpace::delta);
  const auto apart = [&](const std::vector<double>& a) {
    const at::Tensor left = weights::dense(factors.materialise(a).low_rank.at(q_proj));
    const at::Tensor right = weights::dense(deltas.materialise(a).low_rank.at(q_proj));
    return ((left - right).norm() / right.norm()).item<double>();
  };
  CHECK(apart({0.0, 0.0, 1.0}) < 1e-6);
  CHECK(apart({0.5, 0.5, 0.0}) > 0.1);
}

TEST_CASE("several threads materialise at once and get the bits of one") {
  for (const MergeSpace space : {MergeSpace::factors, MergeSpace::delta}) {
    const Experts experts(space, at::kFloat);
    const ExpertPool pool = experts.load(space);
    const at::Tensor expected = pool.materialise(some_weights).low_rank.at(q_proj).b;
    std::vector<int> equal(4, 0);
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < equal.size(); ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 50; ++i) {
          equal[t] += at::equal(pool.materialise(some_weights).low_rank.at(q_proj).b, expected);
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(equal == std::vector<int>(4, 50));
  }
}

TEST_CASE("what a pool has materialised outlives the pool") {
  const Experts experts(MergeSpace::delta, at::kFloat);
  const LowRank pair = experts.load(MergeSpace::delta).materialise(some_weights).low_rank.at(q_proj);
  CHECK(distance(pair, slow_delta(experts, some_weights, q_proj)) < 1e-6);
}

TEST_CASE("A pool on a GPU gives positions with the bits of a pool on the CPU") {
  const auto gpu = gpu_or_skip();
  if (!gpu) return;
  for (const auto space : {MergeSpace::factors, MergeSpace::delta}) {
    const Experts experts(space, at::kBFloat16);
    const ModelDelta expected = experts.load(space).materialise(some_weights);
    const auto pool = ExpertPool::load(experts.paths, experts.folder / "base", space, *gpu);
    for (const auto& [module, pair] : pool.materialise(some_weights).low_rank) {
      CHECK(pair.a.is_cuda());
      CHECK(pair.a.cpu().equal(expected.low_rank.at(module).a));
      CHECK(pair.b.cpu().equal(expected.low_rank.at(module).b));
    }
  }
}

}  // namespace

}  // namespace lora_pool_test
