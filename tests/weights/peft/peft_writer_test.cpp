#include "weights/adapter_files.hpp"
//
#include "support/error_of.hpp"
#include "support/temp_folder.hpp"
#include "weights/low_rank.hpp"
#include "weights/peft/peft_adapter.hpp"
#include "weights/peft/peft_writer.hpp"

namespace peft_writer_test {

namespace {

using namespace shoal;
using namespace shoal::testing;
using weights::LowRank;
using weights::ModelDelta;
using weights::PeftAdapter;

LowRank pair_of(std::int64_t rank, double scale, int seed = 1) {
  return {noise({rank, 6}, seed), noise({4, rank}, seed + 1), scale};
}

nlohmann::json write(const TempFolder& folder, const ModelDelta& delta, at::ScalarType type = at::kFloat) {
  weights::write_peft_adapter(folder / "out", delta, {"org/base", type});
  return nlohmann::json::parse(read_text(folder / "out/adapter_config.json"));
}

/// How far what PEFT would compute from the folder is from `pair`.
double distance(const TempFolder& folder, const std::string& module, const LowRank& pair) {
  const at::Tensor expected = weights::dense(pair);
  return ((weights::dense(PeftAdapter::open(folder / "out").read(module)) - expected).norm() / expected.norm())
      .item<double>();
}

TEST_CASE("a whole lora_alpha carries a common scale, and the factors are untouched") {
  const TempFolder folder;
  const ModelDelta delta{{{q_proj, pair_of(4, 2.0)}, {v_proj, pair_of(4, 2.0, 5)}}, {}};

  const auto config = write(folder, delta);

  CHECK(config["r"] == 4);
  CHECK(config["lora_alpha"] == 8);
  CHECK(config["lora_alpha"].is_number_integer());
  CHECK(config["rank_pattern"].empty());
  CHECK(config["target_modules"] == nlohmann::json{"q_proj", "v_proj"});
  CHECK(config["base_model_name_or_path"] == "org/base");
  const LowRank read = PeftAdapter::open(folder / "out").read(q_proj);
  CHECK(at::equal(read.a, delta.low_rank.at(q_proj).a));
  CHECK(at::equal(read.b, delta.low_rank.at(q_proj).b));
  CHECK(read.scale == 2.0);
}

TEST_CASE("a scale that no whole lora_alpha says exactly is multiplied into B") {
  for (const double scale : {0.1, 1.0 / 3.0, 0.25 / 4.0, 32.0 / std::sqrt(6.0)}) {
    const TempFolder folder;
    const ModelDelta delta{{{q_proj, pair_of(4, scale)}}, {}};

    const auto config = write(folder, delta);

    INFO("scale " << scale);
    CHECK(config["lora_alpha"] == 4);
    CHECK(distance(folder, q_proj, delta.low_rank.at(q_proj)) < 1e-6);
  }
}

TEST_CASE("layers of lower rank stand in the patterns; a reader that ignores alpha_pattern gets the same scale") {
  const TempFolder folder;
  const ModelDelta delta{{{q_proj, pair_of(2, 2.0)}, {v_proj, pair_of(5, 2.0, 5)}}, {}};

  const auto config = write(folder, delta);

  CHECK(config["r"] == 5);
  CHECK(config["lora_alpha"] == 10);
  CHECK(config["rank_pattern"] == nlohmann::json{{q_proj, 2}});
  CHECK(config["alpha_pattern"] == nlohmann::json{{q_proj, 4}});
  CHECK(distance(folder, q_proj, delta.low_rank.at(q_proj)) == 0.0);
}

TEST_CASE("layers of different scales are all written with scale 1") {
  const TempFolder folder;
  const ModelDelta delta{{{q_proj, pair_of(2, 2.0)}, {v_proj, pair_of(5, 3.0, 5)}}, {}};

  const auto config = write(folder, delta);

  CHECK(config["lora_alpha"] == config["r"]);
  CHECK(config["alpha_pattern"] == config["rank_pattern"]);
  CHECK(distance(folder, q_proj, delta.low_rank.at(q_proj)) < 1e-6);
  CHECK(distance(folder, v_proj, delta.low_rank.at(v_proj)) < 1e-6);
}

TEST_CASE("factors are written in the type asked for") {
  const TempFolder folder;
  write(folder, {{{q_proj, pair_of(2, 1.0)}}, {}}, at::kBFloat16);
  CHECK(PeftAdapter::open(folder / "out").read(q_proj).a.scalar_type() == at::kBFloat16);
}

TEST_CASE("whole parameters and an empty delta cannot be an adapter") {
  const TempFolder folder;
  CHECK(error_of([&] { write(folder, {}); }).starts_with("1: "));
  CHECK(error_of([&] { write(folder, {{{q_proj, pair_of(2, 1.0)}}, {{"x", at::ones({1})}}}); }).starts_with("1: "));
}

}  // namespace

}  // namespace peft_writer_test
