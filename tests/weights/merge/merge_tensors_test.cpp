#include "weights/merge/merge_tensors.hpp"

#include "support/source_folder.hpp"
#include "weights/adapter_files.hpp"
//
#include <algorithm>
#include <fstream>
#include <set>

namespace merge_tensors_test {

namespace {

using namespace shoal;
using namespace shoal::testing;
using namespace shoal::weights;

/// What mergekit and PEFT make of three small tensors: written by tests/data/make_merge_goldens.py.
nlohmann::json golden() {
  std::ifstream file(shoal::testing::data_folder() / "golden/merge.json");
  REQUIRE(file.good());
  return nlohmann::json::parse(file);
}

at::Tensor tensor_of(const nlohmann::json& values, const nlohmann::json& shape) {
  const auto numbers = values.get<std::vector<float>>();
  const auto sizes = shape.get<std::vector<std::int64_t>>();
  return at::tensor(numbers).view(sizes);
}

MergeMethod method_named(const std::string& name) {
  const auto found = std::ranges::find(merge_method_names().all(), name);
  REQUIRE(found != merge_method_names().all().end());
  return static_cast<MergeMethod>(found - merge_method_names().all().begin());
}

TEST_CASE("every method gives what mergekit and PEFT give") {
  const nlohmann::json data = golden();
  std::vector<at::Tensor> experts;
  for (const auto& expert : data["experts"]) experts.push_back(tensor_of(expert, data["shape"]));
  std::set<std::string> methods;
  for (const auto& entry : data["cases"]) {
    const auto name = entry["method"].get<std::string>();
    const MergeOptions options{method_named(name), entry["weights"].get<std::vector<double>>(),
                               data["density"].get<double>(), data["seed"].get<std::uint64_t>()};
    std::optional<at::Tensor> base;
    if (entry["base"].get<bool>()) base = tensor_of(data["base"], data["shape"]);

    const at::Tensor merged = merge_tensors(experts, base, options, data["number"].get<std::uint32_t>());

    INFO(name << (base ? " from the base" : " from 0"));
    CHECK((merged - tensor_of(entry["expected"], data["shape"])).abs().max().item<float>() < 1e-5F);
    methods.insert(name);
  }
  CHECK(methods.size() == merge_method_names().all().size());
}

TEST_CASE("equal experts merge to themselves, whatever the method, unless numbers are dropped") {
  const at::Tensor expert = noise({4, 6}, 3);
  const std::vector<at::Tensor> experts(3, expert);
  const at::Tensor base = noise({4, 6}, 9);
  for (const std::string& name : merge_method_names().all()) {
    MergeOptions options{method_named(name)};
    options.density = 1.0;
    if (options.method == MergeMethod::task_arithmetic) options.weights = {0.2, 0.3, 0.5};
    INFO(name);
    CHECK((merge_tensors(experts, base, options, 0) - expert).abs().max().item<float>() < 1e-6F);
  }
}

TEST_CASE("tensors of other element types are merged in float32") {
  const std::vector<at::Tensor> experts{noise({3, 5}, 1, at::kBFloat16), noise({3, 5}, 2, at::kHalf)};
  const at::Tensor merged = merge_tensors(experts, std::nullopt, {MergeMethod::uniform_soup}, 0);
  CHECK(merged.scalar_type() == at::kFloat);
  CHECK(at::allclose(merged, (experts[0].to(at::kFloat) + experts[1].to(at::kFloat)) / 2.0, 1e-6, 1e-7));
}

}  // namespace

}  // namespace merge_tensors_test
