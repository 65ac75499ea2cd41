#include "weights/merge/merge_experts.hpp"

#include "weights/adapter_files.hpp"
//
#include <algorithm>
#include <limits>

#include "support/error_of.hpp"
#include "support/temp_folder.hpp"
#include "weights/low_rank.hpp"
#include "weights/merge/merge_tensors.hpp"

namespace merge_experts_test {

namespace {

using namespace shoal;
using namespace shoal::testing;
using namespace shoal::weights;
using Catch::Matchers::Contains;

/// A base and three adapters for it, under `delta` of different ranks and the last without v_proj.
struct Experts {
  TempFolder folder;
  std::vector<std::filesystem::path> paths;
  std::vector<Tensors> tensors;
  std::vector<double> scales;

  explicit Experts(MergeSpace space) {
    write_model(folder / "base", small_base());
    for (int k = 0; k < 3; ++k) {
      const int rank = space == MergeSpace::factors ? 2 : k + 1;
      tensors.push_back(small_factors(rank, 10 * k));
      scales.push_back(3.0 / rank);
      if (space == MergeSpace::delta && k == 2) {
        tensors.back().erase(factor_name(v_proj, 'A'));
        tensors.back().erase(factor_name(v_proj, 'B'));
      }
      paths.push_back(folder / ("expert" + std::to_string(k)));
      write_adapter(paths.back(), plain_config(rank, 3.0), tensors.back());
    }
  }

  Merged merge(MergeSpace space, const MergeOptions& options, std::optional<std::int64_t> rank = std::nullopt) const {
    return merge_experts(paths, folder / "base", space, options, rank);
  }

  std::vector<at::Tensor> all(const std::string& name) const {
    std::vector<at::Tensor> found;
    for (const Tensors& each : tensors) found.push_back(each.at(name));
    return found;
  }

  /// s B A of every expert, zeros where it leaves the layer alone.
  std::vector<at::Tensor> changes(const std::string& module) const {
    std::vector<at::Tensor> found;
    for (std::size_t k = 0; k < tensors.size(); ++k) {
      const auto a = tensors[k].find(factor_name(module, 'A'));
      if (a == tensors[k].end()) {
        found.push_back(at::zeros_like(found.front()));
      } else {
        found.push_back(at::matmul(tensors[k].at(factor_name(module, 'B')), a->second).mul(scales[k]));
      }
    }
    return found;
  }
};

/// Full models of the same base instead.
struct Models : Experts {
  Models() : Experts(MergeSpace::factors) {
    paths.clear();
    tensors.clear();
    for (int k = 0; k < 3; ++k) {
      tensors.push_back(small_base(5 * k));
      paths.push_back(folder / ("model" + std::to_string(k)));
      write_model(paths.back(), tensors.back());
    }
  }
};

double distance(const at::Tensor& actual, const at::Tensor& expected) {
  return ((actual - expected).norm() / expected.norm()).item<double>();
}

MergeOptions options_for(const std::string& name) {
  const auto at = std::ranges::find(merge_method_names().all(), name) - merge_method_names().all().begin();
  return {static_cast<MergeMethod>(at)};
}

TEST_CASE("factors are merged apart, in the order of the layers, A before B") {
  const Experts experts(MergeSpace::factors);
  for (const std::string& name : merge_method_names().all()) {
    const MergeOptions options = options_for(name);
    const ModelDelta delta = experts.merge(MergeSpace::factors, options).delta;
    INFO(name);
    REQUIRE(delta.low_rank.size() == 2);
    CHECK(delta.full.empty());
    std::uint32_t number = 0;
    for (const std::string& module : {q_proj, v_proj}) {
      const LowRank& pair = delta.low_rank.at(module);
      CHECK(pair.scale == 1.5);
      CHECK(at::equal(pair.a, merge_tensors(experts.all(factor_name(module, 'A')), std::nullopt, options, number++)));
      CHECK(at::equal(pair.b, merge_tensors(experts.all(factor_name(module, 'B')), std::nullopt, options, number++)));
    }
  }
}

TEST_CASE("products are merged as if they were dense, a layer left alone counting as 0") {
  const Experts experts(MergeSpace::delta);
  for (const std::string& name : merge_method_names().all()) {
    const MergeOptions options = options_for(name);
    const Merged merged = experts.merge(MergeSpace::delta, options);
    std::uint32_t number = 0;
    for (const std::string& module : {q_proj, v_proj}) {
      INFO(name << " " << module);
      const at::Tensor expected = merge_tensors(experts.changes(module), std::nullopt, options, number++);
      const at::Tensor weight = small_base().at(module + ".weight");
      const at::Tensor change = is_elementwise(options.method) ? merged.delta.full.at(module + ".weight") - weight
                                                               : dense(merged.delta.low_rank.at(module));
      CHECK(distance(change, expected) < 1e-4);
    }
  }
}

TEST_CASE("elementwise merges of products become factors of the rank asked for, and say what that loses") {
  const Experts experts(MergeSpace::delta);
  const MergeOptions options{MergeMethod::ties};
  const at::Tensor expected = merge_tensors(experts.changes(q_proj), std::nullopt, options, 0);

  const Merged exact = experts.merge(MergeSpace::delta, options, 4);
  const Merged coarse = experts.merge(MergeSpace::delta, options, 1);

  CHECK(distance(dense(exact.delta.low_rank.at(q_proj)), expected) < 1e-5);
  CHECK(exact.relative_error < 1e-6);
  CHECK(coarse.delta.low_rank.at(q_proj).a.size(0) == 1);
  CHECK(coarse.relative_error > 0.01);
}

TEST_CASE("full models are merged parameter by parameter, differences counted from the base") {
  const Models experts;
  for (const std::string& name : merge_method_names().all()) {
    const MergeOptions options = options_for(name);
    const ModelDelta delta = experts.merge(MergeSpace::delta, options).delta;
    INFO(name);
    REQUIRE(delta.full.size() == small_base().size());
    std::uint32_t number = 0;
    for (const auto& [parameter, weight] : small_base()) {
      CHECK(at::equal(delta.full.at(parameter), merge_tensors(experts.all(parameter), weight, options, number++)));
    }
  }
}

TEST_CASE("experts that do not fit together are refused") {
  const Experts experts(MergeSpace::delta);
  CHECK_THAT(error_of([&] { experts.merge(MergeSpace::factors, {MergeMethod::ties}); }), Contains("3: expert"));
  CHECK_THAT(error_of([&] { experts.merge(MergeSpace::delta, {MergeMethod::ties, {1.0}}); }), Contains("2: there are"));
  const Models models;
  Tensors broken = models.tensors[1];
  broken["model.norm.weight"] = broken["model.norm.weight"].clone();
  broken["model.norm.weight"].fill_(std::numeric_limits<float>::quiet_NaN());
  write_model(models.paths[1], broken);
  CHECK_THAT(error_of([&] { models.merge(MergeSpace::delta, {MergeMethod::linear}); }), Contains("3: expert"));
}

}  // namespace

}  // namespace merge_experts_test
