#include "weights/adapter_files.hpp"
//
#include "support/error_of.hpp"
#include "support/temp_folder.hpp"
#include "weights/pool/expert_pool.hpp"

namespace expert_pool_test {

namespace {

using namespace shoal;
using namespace shoal::testing;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using weights::ExpertKind;
using weights::ExpertPool;
using weights::MergeSpace;

struct Bench {
  TempFolder folder;
  std::vector<std::filesystem::path> experts;

  Bench() { write_model(folder / "base", small_base()); }

  void add_adapter(const std::string& name, int rank, double alpha, const Tensors& tensors) {
    experts.push_back(folder / name);
    write_adapter(experts.back(), plain_config(rank, alpha), tensors);
  }
  void add_model(const std::string& name, const Tensors& tensors) {
    experts.push_back(folder / name);
    write_model(experts.back(), tensors);
  }
  ExpertPool load(MergeSpace space = MergeSpace::factors) const {
    return ExpertPool::load(experts, folder / "base", space);
  }
  /// The error of the headers-only check and of loading, which must be the same.
  std::string error(MergeSpace space = MergeSpace::factors) const {
    const std::string checked = error_of([&] { ExpertPool::check(experts, folder / "base", space); });
    CHECK(error_of([&] { load(space); }) == checked);
    return checked;
  }
};

TEST_CASE("adapters load in the order given, under their folder names") {
  Bench bench;
  bench.add_adapter("zebra", 2, 4, small_factors(2, 1));
  bench.add_adapter("ant", 2, 4, small_factors(2, 11));

  const ExpertPool pool = bench.load();

  CHECK(pool.kind() == ExpertKind::lora);
  CHECK(pool.size() == 2);
  CHECK(pool.names() == std::vector<std::string>{"zebra", "ant"});
  CHECK(pool.merge_space() == MergeSpace::factors);
  CHECK(pool.bytes() == 2 * 4 * (2 * 6 + 4 * 2 + 2 * 6 + 3 * 2));
  CHECK(ExpertPool::files(bench.experts).size() == 4);
}

TEST_CASE("experts of one folder name are told apart by their parents' names") {
  Bench bench;
  bench.add_adapter("law/final", 2, 4, small_factors(2, 1));
  bench.add_adapter("maths/final", 2, 4, small_factors(2, 11));
  bench.experts[1] /= "";  // a trailing slash is no part of the name
  CHECK(bench.load().names() == std::vector<std::string>{"law/final", "maths/final"});
}

TEST_CASE("an adapter for a base of another size is refused from headers alone") {
  Bench bench;
  Tensors wide = small_factors(2, 1);
  wide[factor_name(q_proj, 'A')] = noise({2, 8}, 1);
  bench.add_adapter("good", 2, 4, small_factors(2, 1));
  bench.add_adapter("wide", 2, 4, wide);
  CHECK_THAT(bench.error(),
             StartsWith("3: ") && Contains("wide") && Contains(q_proj) && Contains("[4, 8]") && Contains("[4, 6]"));
}

TEST_CASE("an adapter for a layer that the base lacks is refused") {
  Bench bench;
  Tensors deep = small_factors(2, 1);
  deep["base_model.model.model.layers.9.mlp.up_proj.lora_A.weight"] = noise({2, 6}, 1);
  deep["base_model.model.model.layers.9.mlp.up_proj.lora_B.weight"] = noise({4, 2}, 1);
  bench.add_adapter("deep", 2, 4, deep);
  CHECK_THAT(bench.error(), StartsWith("3: ") && Contains("model.layers.9.mlp.up_proj"));
}

TEST_CASE("factors refuses unequal ranks, scales and targets by the odd expert's name; delta takes them") {
  Bench ranks;
  ranks.add_adapter("even", 4, 8, small_factors(4, 1));
  ranks.add_adapter("odd", 2, 4, small_factors(2, 1));
  CHECK_THAT(ranks.error(), StartsWith("3: ") && Contains("odd has rank 2 in " + q_proj) && Contains("rank 4") &&
                                Contains("Use merge_space: delta"));
  CHECK(ranks.error(MergeSpace::delta) == "none");

  Bench scales;
  scales.add_adapter("even", 2, 4, small_factors(2, 1));
  scales.add_adapter("odd", 2, 6, small_factors(2, 1));
  CHECK_THAT(scales.error(), Contains("odd scales") && Contains("merge_space: delta"));
  CHECK(scales.error(MergeSpace::delta) == "none");

  Tensors fewer = small_factors(2, 1);
  fewer.erase(factor_name(v_proj, 'A'));
  fewer.erase(factor_name(v_proj, 'B'));
  Bench targets;
  targets.add_adapter("even", 2, 4, small_factors(2, 1));
  targets.add_adapter("odd", 2, 4, fewer);
  CHECK_THAT(targets.error(), Contains("odd does not adapt " + v_proj) && Contains("merge_space: delta"));
  CHECK(targets.error(MergeSpace::delta) == "none");
  std::swap(targets.experts[0], targets.experts[1]);
  CHECK_THAT(targets.error(), Contains("odd does not adapt " + v_proj));
}

TEST_CASE("kinds must not be mixed, and what is missing is named") {
  Bench mixed;
  mixed.add_adapter("adapter", 2, 4, small_factors(2, 1));
  mixed.add_model("model", small_base(5));
  CHECK_THAT(mixed.error(), StartsWith("3: ") && Contains("different kinds"));
  CHECK(ExpertPool::kind_of(mixed.experts[0]) == ExpertKind::lora);
  CHECK(ExpertPool::kind_of(mixed.experts[1]) == ExpertKind::full_model);
  CHECK(ExpertPool::files(mixed.experts).size() == 3);  // settings and weights of the adapter, the model's weights

  Bench absent;
  absent.experts.push_back(absent.folder / "absent");
  CHECK_THAT(absent.error(), StartsWith("3: ") && Contains("absent") && Contains("does not exist"));

  Bench no_config;
  no_config.add_adapter("expert", 2, 4, small_factors(2, 1));
  std::filesystem::remove(no_config.experts[0] / "adapter_config.json");
  CHECK_THAT(no_config.error(), StartsWith("3: ") && Contains("adapter_config.json"));

  Bench no_weights;
  no_weights.add_adapter("expert", 2, 4, small_factors(2, 1));
  std::filesystem::remove(no_weights.experts[0] / "adapter_model.safetensors");
  CHECK_THAT(no_weights.error(), StartsWith("3: ") && Contains("adapter_model.safetensors"));
}

TEST_CASE("non-finite weights pass the check of headers and fail the load") {
  Bench bench;
  Tensors bad = small_factors(2, 1);
  bad.at(factor_name(v_proj, 'A'))[0][0] = std::numeric_limits<float>::quiet_NaN();
  bench.add_adapter("bad", 2, 4, bad);
  CHECK(error_of([&] { ExpertPool::check(bench.experts, bench.folder / "base", MergeSpace::factors); }) == "none");
  for (const MergeSpace space : {MergeSpace::factors, MergeSpace::delta}) {
    CHECK_THAT(error_of([&] { bench.load(space); }), StartsWith("3: ") && Contains("bad") && Contains("NaN"));
  }
}

TEST_CASE("a wrong number of coefficients is a defect of the caller") {
  Bench bench;
  bench.add_adapter("one", 2, 4, small_factors(2, 1));
  const ExpertPool pool = bench.load();
  CHECK(error_of([&] { pool.materialise(std::vector<double>{0.5, 0.2, 0.3}); }).starts_with("1: "));
}

}  // namespace

}  // namespace expert_pool_test
