#include "weights/adapter_files.hpp"
//
#include <limits>

#include "support/error_of.hpp"
#include "support/temp_folder.hpp"
#include "weights/peft/peft_adapter.hpp"

namespace peft_adapter_test {

namespace {

using namespace shoal;
using namespace shoal::testing;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using weights::PeftAdapter;

/// The error of opening an adapter of rank 2 whose tensors `change` has changed.
template <typename Change>
std::string error_after(Change&& change) {
  const TempFolder folder;
  Tensors tensors = small_factors(2, 1);
  change(tensors);
  write_adapter(folder / "expert", plain_config(2, 4), tensors);
  return error_of([&] { PeftAdapter::open(folder / "expert"); });
}

TEST_CASE("an adapter shows its layers by module path, with ranks, sizes and scales") {
  const TempFolder folder;
  write_adapter(folder / "expert", plain_config(2, 4), small_factors(2, 1));

  const PeftAdapter adapter = PeftAdapter::open(folder / "expert");

  REQUIRE(adapter.layers().size() == 2);
  const auto& layer = adapter.layers().at(q_proj);
  CHECK(layer.rank == 2);
  CHECK(layer.in_features == 6);
  CHECK(layer.out_features == 4);
  CHECK(layer.scale == 2.0);
  CHECK(adapter.base_model_name() == "tiny");
  CHECK(at::equal(adapter.read(v_proj).b, small_factors(2, 1).at(factor_name(v_proj, 'B'))));
  CHECK(adapter.files().size() == 2);
  CHECK(weights::is_peft_adapter(folder / "expert"));
  CHECK_FALSE(weights::is_peft_adapter(folder.path()));
}

TEST_CASE("layers may differ in rank when rank_pattern says so") {
  const TempFolder folder;
  Tensors tensors = small_factors(2, 1);
  tensors[factor_name(v_proj, 'A')] = noise({1, 6}, 5);
  tensors[factor_name(v_proj, 'B')] = noise({3, 1}, 6);
  auto config = plain_config(2, 4);
  config["rank_pattern"] = {{"v_proj", 1}};
  write_adapter(folder / "expert", config, tensors);

  const PeftAdapter adapter = PeftAdapter::open(folder / "expert");

  CHECK(adapter.layers().at(v_proj).rank == 1);
  CHECK(adapter.layers().at(v_proj).scale == 4.0);
  CHECK(adapter.layers().at(q_proj).rank == 2);
}

TEST_CASE("names that keep the adapter's name are understood, but not beside the plain ones") {
  const auto rename = [](Tensors& tensors, bool keep) {
    const at::Tensor factor = tensors.at(factor_name(q_proj, 'A'));
    if (!keep) tensors.erase(factor_name(q_proj, 'A'));
    tensors["base_model.model." + q_proj + ".lora_A.default.weight"] = factor;
  };
  CHECK(error_after([&](Tensors& tensors) { rename(tensors, false); }) == "none");
  CHECK_THAT(error_after([&](Tensors& tensors) { rename(tensors, true); }), Contains("the same factor twice"));
}

TEST_CASE("tensors that are no LoRA factors are refused by name") {
  for (const std::string& name :
       {std::string("base_model.model.lm_head.weight"), "base_model.model." + q_proj + ".lora_magnitude_vector",
        std::string("base_model.model.model.embed_tokens.lora_embedding_A"), q_proj + ".lora_A.weight",
        "base_model.model." + q_proj + ".lora_B.bias", std::string("base_model.model..lora_A.weight")}) {
    INFO(name);
    CHECK_THAT(error_after([&](Tensors& tensors) {
                 tensors[name] = noise({2, 2}, 1);
               }),
               StartsWith("3: ") && Contains(name == "base_model.model..lora_A.weight" ? "" : name));
  }
}

TEST_CASE("a name of megabytes is refused, without a crash") {
  const std::string name = "base_model.model." + std::string(3'000'000, 'a') + ".lora_A.weight";
  const std::string error = error_after([&](Tensors& tensors) { tensors[name] = noise({2, 2}, 1); });
  CHECK_THAT(error, StartsWith("3: ") && Contains("not a LoRA factor"));
  CHECK(error.size() < 1000);
}

TEST_CASE("factors that are missing, of another rank, no matrices or no floating-point numbers are refused") {
  const auto with_a = [](const at::Tensor& a) {
    return error_after([&](Tensors& tensors) { tensors[factor_name(q_proj, 'A')] = a; });
  };
  CHECK_THAT(error_after([](Tensors& tensors) { tensors.erase(factor_name(q_proj, 'B')); }),
             StartsWith("3: ") && Contains(q_proj) && Contains("only one of lora_A and lora_B"));
  CHECK_THAT(with_a(noise({3, 6}, 1)), Contains("factors of rank 3") && Contains("says 2"));
  CHECK_THAT(with_a(noise({2, 6, 1}, 1)), Contains("not matrices"));
  CHECK_THAT(with_a(at::ones({2, 6}, at::kInt)), Contains("dtypes"));
  CHECK_THAT(with_a(noise({2, 6}, 1, at::kBFloat16)), Contains("dtypes"));
  CHECK_THAT(error_after([](Tensors& tensors) { tensors.clear(); }), Contains("no LoRA layer"));
  CHECK_THAT(error_after([](Tensors& tensors) {
               tensors[factor_name(q_proj, 'B')] = noise({4, 3}, 1);
             }),
             Contains("lora_B") || Contains("rank"));
}

TEST_CASE("NaN and infinite weights are found when they are read") {
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    const TempFolder folder;
    Tensors tensors = small_factors(2, 1);
    tensors.at(factor_name(q_proj, 'B'))[3][1] = bad;
    write_adapter(folder / "expert", plain_config(2, 4), tensors);
    const PeftAdapter adapter = PeftAdapter::open(folder / "expert");

    CHECK_THAT(error_of([&] { adapter.read(q_proj); }), StartsWith("3: ") && Contains(q_proj) && Contains("NaN"));
    CHECK(error_of([&] { adapter.read(v_proj); }) == "none");
  }
}

TEST_CASE("missing folders and files are named") {
  const TempFolder folder;
  CHECK_THAT(error_of([&] { PeftAdapter::open(folder / "absent"); }), StartsWith("3: ") && Contains("not a folder"));
  write_adapter(folder / "expert", plain_config(2, 4), small_factors(2, 1));
  std::filesystem::remove(folder / "expert/adapter_model.safetensors");
  CHECK_THAT(error_of([&] { PeftAdapter::open(folder / "expert"); }), Contains("has no adapter_model.safetensors"));
  std::filesystem::remove(folder / "expert/adapter_config.json");
  CHECK_THAT(error_of([&] { PeftAdapter::open(folder / "expert"); }), Contains("has no adapter_config.json"));
}

TEST_CASE("every changed byte of adapter_config.json is refused or gives a usable adapter") {
  const TempFolder folder;
  auto config = plain_config(2, 4);
  config["rank_pattern"] = {{".*\\.q_proj", 2}};
  config["alpha_pattern"] = {{"v_proj", 8}};
  write_adapter(folder / "expert", config, small_factors(2, 1));
  const auto path = folder / "expert/adapter_config.json";
  const std::string whole = read_text(path);

  for (std::size_t place = 0; place < whole.size(); ++place) {
    for (const int flip : {0x01, 0x04, 0x20, 0x80}) {
      std::string bytes = whole;
      bytes[place] = static_cast<char>(bytes[place] ^ flip);
      write_durably(path, bytes);
      const std::string error = error_of([&] { PeftAdapter::open(folder / "expert").read(q_proj); });
      INFO("byte " << place << " xor " << flip << ": " << error);
      CHECK((error == "none" || error.starts_with("3: ")));
    }
  }
}

}  // namespace

}  // namespace peft_adapter_test
