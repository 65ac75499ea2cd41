#include "model/parameters/model_variant.hpp"

#include "support/torch_catch.hpp"
// torch_catch.hpp first: Catch2 and LibTorch both define CHECK
#include "model/decoding/generation.hpp"
#include "support/error_of.hpp"
#include "support/reference_llama.hpp"
#include "support/temp_folder.hpp"
#include "support/tiny_model.hpp"

namespace model_variant_test {

using Catch::Matchers::Contains;
using namespace shoal::model;
using namespace shoal::testing;
using shoal::weights::LowRank;
using shoal::weights::ModelDelta;

namespace {

struct Fixture {
  TempFolder folder;
  nlohmann::json config = tiny_config();
  TensorMap parameters;
  std::vector<TokenId> prompt{5, 17, 60, 4, 4, 31};

  explicit Fixture(const nlohmann::json& change = nlohmann::json::object()) {
    config.merge_patch(change);
    parameters = tiny_parameters(config, 1);
    write_model(folder.path(), config, parameters);
  }

  LanguageModel load() const { return LanguageModel::load(folder.path(), Precision::float32); }

  at::Tensor expected(const ModelDelta& delta) const {
    return ReferenceLlama(ModelConfig::load(folder.path()), parameters, delta).next_logits(prompt);
  }

  void check(const ModelDelta& delta, Adapters adapters = Adapters::separate) const {
    const at::Tensor actual = next_token_logits(ModelVariant(load(), delta, adapters), prompt);
    CHECK((actual - expected(delta)).abs().max().item<double>() < 1e-4);
    CHECK((actual - expected({})).abs().max().item<double>() > 1e-2);  // the delta does something
  }
};

const std::string layer1 = "model.layers.1.";

LowRank factors(std::int64_t out, std::int64_t in, std::int64_t rank, std::uint64_t seed, double scale) {
  return {random_tensor({rank, in}, seed, 0.3), random_tensor({out, rank}, seed + 1, 0.3), scale};
}

std::string error_of_delta(const ModelDelta& delta) {
  const Fixture fixture;
  return error_of([&] { const ModelVariant variant(fixture.load(), delta); });
}

}  // namespace

TEST_CASE("Without a delta the variant is the base") {
  const Fixture fixture;
  const at::Tensor actual = next_token_logits(ModelVariant(fixture.load(), {}), fixture.prompt);
  CHECK((actual - fixture.expected({})).abs().max().item<double>() < 1e-4);
}

TEST_CASE("Low-rank factors act on the layer that they name, each with its own rank and scale") {
  const Fixture fixture;
  fixture.check({{{layer1 + "self_attn.q_proj", factors(64, 40, 3, 5, 2.0)}}, {}});
  fixture.check({{{layer1 + "self_attn.v_proj", factors(32, 40, 3, 5, 2.0)}}, {}});
  fixture.check({{{layer1 + "self_attn.o_proj", factors(40, 64, 3, 5, 1.0)}}, {}});
  fixture.check({{{layer1 + "mlp.up_proj", factors(56, 40, 3, 5, 2.0)}}, {}});
  fixture.check({{{layer1 + "mlp.down_proj", factors(40, 56, 3, 5, 2.0)}}, {}});
  fixture.check({{{"lm_head", factors(97, 40, 3, 5, 2.0)}}, {}});
  fixture.check({{{layer1 + "self_attn.q_proj", factors(64, 40, 3, 5, 0.5)},
                  {layer1 + "self_attn.k_proj", factors(32, 40, 7, 7, 2.0)},
                  {layer1 + "mlp.gate_proj", factors(56, 40, 1, 9, -1.5)}},
                 {}});
}

TEST_CASE("Replaced parameters take effect, alone and together with low-rank factors") {
  const Fixture fixture(nlohmann::json{{"attention_bias", true}});
  fixture.check({{}, {{layer1 + "self_attn.k_proj.weight", random_tensor({32, 40}, 5, 0.3)}}});
  fixture.check({{}, {{layer1 + "self_attn.k_proj.bias", random_tensor({32}, 5, 3.0)}}});
  fixture.check({{}, {{layer1 + "input_layernorm.weight", random_tensor({40}, 5)}}});
  fixture.check({{}, {{layer1 + "post_attention_layernorm.weight", random_tensor({40}, 5)}}});
  fixture.check({{}, {{"model.norm.weight", random_tensor({40}, 5)}}});
  fixture.check({{}, {{"model.embed_tokens.weight", random_tensor({97, 40}, 5)}}});
  fixture.check({{}, {{"lm_head.weight", random_tensor({97, 40}, 5)}}});
  fixture.check({{{layer1 + "self_attn.q_proj", factors(64, 40, 3, 5, 2.0)}},
                 {{layer1 + "self_attn.v_proj.weight", random_tensor({32, 40}, 5, 0.3)}}});
}

TEST_CASE("Folded factors give the logits of factors beside the weights, in every group and beside replaced weights") {
  const Fixture fixture(nlohmann::json{{"attention_bias", true}});
  fixture.check({{{layer1 + "self_attn.q_proj", factors(64, 40, 3, 5, 0.5)},
                  {layer1 + "self_attn.k_proj", factors(32, 40, 7, 7, 2.0)},
                  {layer1 + "self_attn.o_proj", factors(40, 64, 3, 6, 1.0)},
                  {layer1 + "mlp.gate_proj", factors(56, 40, 1, 9, -1.5)},
                  {layer1 + "mlp.down_proj", factors(40, 56, 3, 8, 2.0)},
                  {"lm_head", factors(97, 40, 3, 5, 2.0)}},
                 {{layer1 + "self_attn.v_proj.weight", random_tensor({32, 40}, 5, 0.3)}}},
                Adapters::folded);
}

TEST_CASE("A folded adapter of another shape is an input error with the name") {
  const Fixture fixture;
  CHECK_THAT(error_of([&] {
               const ModelDelta delta{{{layer1 + "self_attn.q_proj", factors(64, 41, 3, 5, 2.0)}}, {}};
               const ModelVariant variant(fixture.load(), delta, Adapters::folded);
             }),
             Contains("3: ") && Contains("q_proj") && Contains("3, 41"));
}

TEST_CASE("With tied embeddings a replaced embedding is the output head too") {
  const Fixture fixture(nlohmann::json{{"tie_word_embeddings", true}});
  fixture.check({{}, {{"model.embed_tokens.weight", random_tensor({97, 40}, 5)}}});
}

TEST_CASE("A variant leaves the base and other variants alone") {
  const Fixture fixture;
  const LanguageModel base = fixture.load();
  const ModelVariant plain(base, {});
  const at::Tensor before = next_token_logits(plain, fixture.prompt);
  const ModelVariant other(base, {{{layer1 + "self_attn.q_proj", factors(64, 40, 3, 5, 2.0)}},
                                  {{"model.norm.weight", random_tensor({40}, 5)}}});
  CHECK_FALSE(next_token_logits(other, fixture.prompt).equal(before));
  CHECK(next_token_logits(plain, fixture.prompt).equal(before));
}

TEST_CASE("A delta for layers that the model lacks, or of other shapes, is an input error with the name") {
  CHECK_THAT(error_of_delta({{{"model.layers.9.self_attn.q_proj", factors(64, 40, 3, 5, 2.0)}}, {}}),
             Contains("3: ") && Contains("model.layers.9.self_attn.q_proj"));
  CHECK_THAT(error_of_delta({{{layer1 + "self_attn.q_proj", factors(64, 41, 3, 5, 2.0)}}, {}}),
             Contains("3: ") && Contains("q_proj") && Contains("3, 41"));
  CHECK_THAT(error_of_delta({{{layer1 + "self_attn.q_proj", factors(32, 40, 3, 5, 2.0)}}, {}}),
             Contains("3: ") && Contains("q_proj"));
  CHECK_THAT(error_of_delta({{}, {{"model.layers.1.mystery.weight", random_tensor({2}, 1)}}}),
             Contains("3: ") && Contains("mystery"));
  CHECK_THAT(error_of_delta({{}, {{"model.norm.weight", random_tensor({41}, 1)}}}),
             Contains("3: ") && Contains("model.norm.weight"));
}

}  // namespace model_variant_test
