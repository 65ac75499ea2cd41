#include "weights/adapter_files.hpp"
//
#include <limits>

#include "support/error_of.hpp"
#include "support/temp_folder.hpp"
#include "weights/pool/expert_pool.hpp"

namespace full_model_pool_test {

namespace {

using namespace shoal;
using namespace shoal::testing;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using weights::ExpertPool;
using weights::MergeSpace;

/// The base and one fine-tune per element of `models`.
struct Models {
  TempFolder folder;
  std::vector<std::filesystem::path> paths;

  explicit Models(const std::vector<Tensors>& models, const Tensors& base = small_base()) {
    write_model(folder / "base", base);
    for (const Tensors& model : models) {
      paths.push_back(folder / ("model" + std::to_string(paths.size())));
      write_model(paths.back(), model);
    }
  }
  ExpertPool load() const { return ExpertPool::load(paths, folder / "base", MergeSpace::delta); }
  std::string check() const {
    return error_of([&] { ExpertPool::check(paths, folder / "base", MergeSpace::delta); });
  }
};

TEST_CASE("full models are summed parameter by parameter in float32") {
  Tensors second = small_base(2);
  for (auto& [name, weight] : second) weight = weight.to(at::kBFloat16);
  const Tensors first = small_base(1);
  const Models models({first, second});

  const auto delta = models.load().materialise(std::vector{1.5, -0.5});

  CHECK(models.load().kind() == weights::ExpertKind::full_model);
  CHECK(delta.low_rank.empty());
  REQUIRE(delta.full.size() == first.size());
  for (const auto& [name, weight] : first) {
    CHECK(at::equal(delta.full.at(name), weight.mul(1.5F).add(second.at(name).to(at::kFloat).mul(-0.5F))));
  }
}

TEST_CASE("full models: each block of layers is summed with coefficients of its own, the embedding with the first's") {
  const Tensors first = small_base(1);
  const Tensors second = small_base(2);
  const Models models({first, second});
  const auto delta = models.load().materialise(std::vector{1.5, -0.5, 0.25, 0.75});
  for (const auto& [name, weight] : first) {
    const bool in_first = name.find("layers.0.") != std::string::npos || name.find("embed") != std::string::npos;
    INFO(name);
    const auto [a, b] = in_first ? std::pair(1.5F, -0.5F) : std::pair(0.25F, 0.75F);
    CHECK(at::equal(delta.full.at(name), weight.mul(a).add(second.at(name).mul(b))));
  }
}

TEST_CASE("buffers of whole numbers stay the base's") {
  Tensors with_ids = small_base();
  with_ids["model.position_ids"] = at::arange(4, at::kLong);
  const Models models({with_ids, with_ids}, with_ids);
  const auto delta = models.load().materialise(std::vector{0.5, 0.5});
  CHECK_FALSE(delta.full.contains("model.position_ids"));
  CHECK(delta.full.contains("model.norm.weight"));
}

TEST_CASE("a model that lacks, adds or reshapes a parameter is refused from headers alone") {
  Tensors fewer = small_base();
  fewer.erase("model.norm.weight");
  Tensors more = small_base();
  more["model.extra.weight"] = at::ones({1});
  Tensors wider = small_base();
  wider["model.norm.weight"] = at::ones({7});

  CHECK(Models({small_base(1)}).check() == "none");
  CHECK_THAT(Models({small_base(1), fewer}).check(),
             StartsWith("3: ") && Contains("model1") && Contains("lacks the parameter model.norm.weight"));
  CHECK_THAT(Models({more}).check(), StartsWith("3: ") && Contains("model0") && Contains("model.extra.weight"));
  CHECK_THAT(Models({wider}).check(), StartsWith("3: ") && Contains("[7]") && Contains("[6]"));
}

TEST_CASE("non-finite weights are refused with model and parameter") {
  Tensors bad = small_base(1);
  bad.at("model.norm.weight")[2] = -std::numeric_limits<float>::infinity();
  const Models models({small_base(1), bad});
  CHECK_THAT(error_of([&] { models.load(); }),
             StartsWith("3: ") && Contains("model1") && Contains("model.norm.weight"));
}

TEST_CASE("sums in pieces have the bits of the whole, whatever the pieces") {
  const Models models({small_base(1), small_base(2), small_base(3)});
  const ExpertPool pool = models.load();
  const std::vector<double> coefficients{0.7, -0.2, 0.5};
  const auto whole = pool.materialise(coefficients);
  const auto layout = pool.layout();
  CHECK(layout.size() == whole.full.size());
  const std::int64_t total = layout.back().begin + layout.back().count;
  for (const std::int64_t piece : {std::int64_t{1}, std::int64_t{7}, total}) {
    std::vector<float> sums(static_cast<std::size_t>(total));
    for (std::int64_t begin = 0; begin < total; begin += piece) {
      const auto count = static_cast<std::size_t>(std::min(piece, total - begin));
      pool.sum_flat(coefficients, begin, std::span(sums).subspan(static_cast<std::size_t>(begin), count));
    }
    for (const auto& parameter : layout) {
      const at::Tensor& expected = whole.full.at(parameter.name);
      CHECK(expected.sizes() == at::IntArrayRef(parameter.shape));
      const at::Tensor flat = at::from_blob(sums.data() + parameter.begin, {parameter.count}, at::kFloat);
      CHECK(at::equal(flat, expected.view(-1)));
    }
  }
}

TEST_CASE("each rank of a share looks through its own models only") {
  Tensors broken = small_base(2);
  broken.begin()->second.view(-1)[0] = std::numeric_limits<float>::quiet_NaN();
  const Models models({small_base(1), broken, small_base(3)});
  const auto load = [&](const weights::Share& share) {
    return error_of([&] {
      ExpertPool::load(models.paths, models.folder / "base", MergeSpace::delta, at::Device(at::kCPU), share);
    });
  };
  CHECK(load({0, 2}) == "none");
  CHECK_THAT(load({1, 2}), StartsWith("3: ") && Contains("NaN"));
  CHECK_THAT(load({}), StartsWith("3: ") && Contains("NaN"));
}

}  // namespace

}  // namespace full_model_pool_test
