#include "model/parameters/language_model.hpp"

#include "support/torch_catch.hpp"
// torch_catch.hpp first: Catch2 and LibTorch both define CHECK
#include "model/decoding/generation.hpp"
#include "support/error_of.hpp"
#include "support/temp_folder.hpp"
#include "support/tiny_model.hpp"

namespace language_model_test {

using Catch::Matchers::Contains;
using namespace shoal::model;
using namespace shoal::testing;

namespace {

// The error of loading a model whose tensors `change` has damaged.
template <typename Change>
std::string error_after(Change&& change) {
  const TempFolder folder;
  auto tensors = tiny_parameters(tiny_config(), 1);
  change(tensors);
  write_model(folder.path(), tiny_config(), tensors);
  return error_of([&] { LanguageModel::load(folder.path(), Precision::float32); });
}

}  // namespace

TEST_CASE("A model knows its configuration, precision and size") {
  const TempFolder folder;
  const auto tensors = tiny_parameters(tiny_config(), 1);
  write_model(folder.path(), tiny_config(), tensors);
  const auto model = LanguageModel::load(folder.path(), Precision::bfloat16);
  std::size_t values = 0;
  for (const auto& [name, tensor] : tensors) values += static_cast<std::size_t>(tensor.numel());
  CHECK(model.config().layers == 3);
  CHECK(model.precision() == Precision::bfloat16);
  CHECK(model.device().is_cpu());
  CHECK(model.bytes() == 2 * values);
}

TEST_CASE("A missing, misshaped or integer tensor is an input error with its name") {
  const std::string name = "model.layers.1.mlp.up_proj.weight";
  CHECK_THAT(error_after([&](TensorMap& tensors) { tensors.erase(name); }), Contains("3: ") && Contains(name));
  CHECK_THAT(error_after([&](TensorMap& tensors) { tensors[name] = tensors[name].t().contiguous(); }),
             Contains("3: ") && Contains(name) && Contains("40, 56"));
  CHECK_THAT(error_after([&](TensorMap& tensors) { tensors[name] = tensors[name].to(at::kInt); }),
             Contains("3: ") && Contains(name));
}

TEST_CASE("A folder without weights, or with damaged ones, is an input error") {
  const TempFolder folder;
  write_text(folder / "config.json", tiny_config().dump());
  const auto error = [&] { return error_of([&] { LanguageModel::load(folder.path(), Precision::float32); }); };
  CHECK_THAT(error(), Contains("3: "));
  write_text(folder / "model.safetensors", "not safetensors at all");
  CHECK_THAT(error(), Contains("3: ") && Contains("model.safetensors"));
}

TEST_CASE("Weights stored in any floating-point type give the same model") {
  const TempFolder folder;
  auto tensors = tiny_parameters(tiny_config(), 1);
  for (auto& [name, tensor] : tensors) tensor = tensor.to(at::kBFloat16);
  write_model(folder / "bfloat16", tiny_config(), tensors);
  for (auto& [name, tensor] : tensors) tensor = tensor.to(at::kFloat);
  write_model(folder / "float32", tiny_config(), tensors);
  const std::vector<TokenId> prompt{5, 6, 7};
  for (const auto precision : {Precision::float32, Precision::bfloat16}) {
    const ModelVariant a(LanguageModel::load(folder / "bfloat16", precision), {});
    const ModelVariant b(LanguageModel::load(folder / "float32", precision), {});
    CHECK(next_token_logits(a, prompt).equal(next_token_logits(b, prompt)));
  }
}

TEST_CASE("The automatic precision is one of the two that the processor can do") {
  CHECK((automatic_precision() == Precision::bfloat16) == (__builtin_cpu_supports("avx512bf16") != 0));
  CHECK(automatic_precision(at::Device(at::kCUDA)) == Precision::bfloat16);
}

}  // namespace language_model_test
