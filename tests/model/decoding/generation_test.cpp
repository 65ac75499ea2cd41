#include "model/decoding/generation.hpp"

#include "support/torch_catch.hpp"
// torch_catch.hpp first: Catch2 and LibTorch both define CHECK
#include <random>

#include "support/error_of.hpp"
#include "support/gpu.hpp"
#include "support/reference_llama.hpp"
#include "support/temp_folder.hpp"
#include "support/tiny_model.hpp"

namespace generation_test {

using Catch::Matchers::Contains;
using namespace shoal::model;
using namespace shoal::testing;

namespace {

using Prompt = std::vector<TokenId>;

// Prompts of every kind a block can hold: shared prefixes, equal ones, one that another continues, a single token.
std::vector<Prompt> mixed_prompts() {
  std::mt19937 random(3);
  const auto tokens = [&](std::size_t count) {
    Prompt prompt(count);
    for (auto& token : prompt) token = static_cast<TokenId>(3 + random() % 90);
    return prompt;
  };
  const auto join = [](Prompt a, const Prompt& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
  };
  const Prompt instruction = tokens(11);
  const Prompt longer = join(instruction, tokens(9));
  return {join(instruction, tokens(5)),
          join(longer, tokens(13)),
          join(longer, tokens(2)),
          longer,
          longer,
          instruction,
          {17},
          tokens(40)};
}

struct Fixture {
  TempFolder folder;
  TensorMap parameters;
  LanguageModel model;

  explicit Fixture(const nlohmann::json& change = nlohmann::json::object(), Precision precision = Precision::float32)
      : parameters(write(change)), model(LanguageModel::load(folder.path(), precision)) {}

  TensorMap write(const nlohmann::json& change) const {
    auto config = tiny_config();
    config.merge_patch(change);
    auto tensors = tiny_parameters(config, 1);
    write_model(folder.path(), config, tensors);
    return tensors;
  }

  ReferenceLlama reference() const { return {model.config(), parameters}; }
  ModelVariant base() const { return {model, {}}; }
};

std::vector<GenerationRequest> requests_for(const std::vector<Prompt>& prompts, int max_new_tokens) {
  std::vector<GenerationRequest> requests;
  for (const Prompt& prompt : prompts) requests.push_back({prompt, max_new_tokens, {}});
  return requests;
}

std::vector<Prompt> outputs(const ModelVariant& variant, const std::vector<Prompt>& prompts, int max_new_tokens,
                            PrefixSharing sharing = PrefixSharing::on, StepShapes shapes = StepShapes::automatic) {
  std::vector<Prompt> ids;
  const auto result = generate(variant, requests_for(prompts, max_new_tokens), {sharing, nullptr, nullptr, shapes});
  for (const Generation& generation : result.generations) ids.push_back(generation.output_ids);
  return ids;
}

void check_against_reference(const nlohmann::json& change) {
  const Fixture fixture(change);
  const auto prompts = mixed_prompts();
  const auto shared = outputs(fixture.base(), prompts, 12);
  const auto apart = outputs(fixture.base(), prompts, 12, PrefixSharing::off);
  const auto padded = outputs(fixture.base(), prompts, 12, PrefixSharing::on, StepShapes::padded);
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    const auto expected = fixture.reference().greedy(prompts[i], 12);
    CHECK(shared[i] == expected);
    CHECK(apart[i] == expected);
    CHECK(padded[i] == expected);
  }
}

// A token that the model does generate as the third one of this prompt: taken as EOS it ends the answer after two.
TokenId third_token(const Prompt& prompt) { return outputs(Fixture().base(), {prompt}, 3).at(0).at(2); }

}  // namespace

TEST_CASE("Greedy generation of a block equals the slow reference for every prompt, with and without prefix sharing") {
  check_against_reference(nlohmann::json::object());
}

TEST_CASE("So it does for tied embeddings, biases, other head layouts and scaled rotations") {
  check_against_reference({{"tie_word_embeddings", true}});
  check_against_reference({{"attention_bias", true}, {"mlp_bias", true}});
  check_against_reference({{"num_key_value_heads", 4}, {"head_dim", 10}});
  check_against_reference({{"num_key_value_heads", 1}, {"head_dim", 64}});
}

TEST_CASE("Steps with shapes that stay give the same answers, also in bfloat16 and when answers end one by one") {
  for (const auto precision : {Precision::float32, Precision::bfloat16}) {
    const Fixture fixture({{"eos_token_id", {third_token(mixed_prompts()[0]), 96}}}, precision);
    const auto prompts = mixed_prompts();
    auto requests = requests_for(prompts, 14);
    for (std::size_t i = 0; i < requests.size(); ++i) requests[i].max_new_tokens = static_cast<int>(2 * i);
    requests[7].settled = [](std::span<const TokenId> ids) { return ids.size() == 5; };
    const auto exact = generate(fixture.base(), requests, {PrefixSharing::on, nullptr, nullptr, StepShapes::exact});
    const auto padded = generate(fixture.base(), requests, {PrefixSharing::on, nullptr, nullptr, StepShapes::padded});
    for (std::size_t i = 0; i < prompts.size(); ++i) {
      CHECK(padded.generations[i].output_ids == exact.generations[i].output_ids);
      CHECK(padded.generations[i].ended_by_eos == exact.generations[i].ended_by_eos);
    }
    CHECK(padded.counts.output_tokens == exact.counts.output_tokens);
  }
}

TEST_CASE("On a GPU answers equal the slow reference's, also when steps are recorded") {
  const auto gpu = gpu_or_skip();
  if (!gpu) return;
  const Fixture fixture;
  const auto on_gpu = LanguageModel::load(fixture.folder.path(), Precision::float32, *gpu);
  const auto prompts = mixed_prompts();
  const auto exact = outputs({on_gpu, {}}, prompts, 60, PrefixSharing::on, StepShapes::exact);
  const auto recorded = outputs({on_gpu, {}}, prompts, 60);
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    const auto expected = fixture.reference().greedy(prompts[i], 60);
    CHECK(exact[i] == expected);
    CHECK(recorded[i] == expected);
  }
}

TEST_CASE("In bfloat16 logits on a GPU stay near the reference's") {
  const auto gpu = gpu_or_skip();
  if (!gpu) return;
  const Fixture fixture;
  const ModelVariant on_gpu(LanguageModel::load(fixture.folder.path(), Precision::bfloat16, *gpu), {});
  for (const Prompt& prompt : mixed_prompts()) {
    const at::Tensor expected = fixture.reference().next_logits(prompt);
    const at::Tensor actual = next_token_logits(on_gpu, prompt).cpu();
    CHECK((actual - expected).norm().item<double>() < 0.05 * expected.norm().item<double>());
  }
}

TEST_CASE("A generation with shapes that stay can be cancelled between steps") {
  const Fixture fixture;
  const auto prompts = mixed_prompts();
  std::atomic<bool> cancelled{false};
  auto requests = requests_for(prompts, 50);
  requests[0].settled = [&](std::span<const TokenId> ids) {
    if (ids.size() == 2) cancelled = true;
    return false;
  };
  CHECK_THROWS_AS(generate(fixture.base(), requests, {PrefixSharing::on, &cancelled, nullptr, StepShapes::padded}),
                  Cancelled);
}

TEST_CASE("Logits equal the reference's") {
  const Fixture fixture;
  for (const Prompt& prompt : mixed_prompts()) {
    const at::Tensor actual = next_token_logits(fixture.base(), prompt);
    REQUIRE(actual.scalar_type() == at::kFloat);
    CHECK((actual - fixture.reference().next_logits(prompt)).abs().max().item<double>() < 1e-4);
  }
}

TEST_CASE("In bfloat16 logits stay near the reference's") {
  const Fixture fixture(nlohmann::json::object(), Precision::bfloat16);
  for (const Prompt& prompt : mixed_prompts()) {
    const at::Tensor expected = fixture.reference().next_logits(prompt);
    const at::Tensor actual = next_token_logits(fixture.base(), prompt);
    CHECK((actual - expected).norm().item<double>() < 0.05 * expected.norm().item<double>());
  }
}

TEST_CASE("Answers do not depend on the company of a prompt") {
  const Fixture fixture;
  const auto prompts = mixed_prompts();
  const auto together = outputs(fixture.base(), prompts, 10);
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    CHECK(outputs(fixture.base(), {prompts[i]}, 10).at(0) == together[i]);
    CHECK(outputs(fixture.base(), {prompts[7], prompts[i]}, 10).at(1) == together[i]);
  }
}

TEST_CASE("Shared prefixes are computed once and counted") {
  const Fixture fixture;
  const std::vector<Prompt> prompts{{5, 6, 7, 8}, {5, 6, 7, 9}, {5, 6, 7, 8}};
  const auto shared = generate(fixture.base(), requests_for(prompts, 3), {});
  CHECK(shared.counts.prompt_tokens == 12);
  CHECK(shared.counts.prompt_tokens_computed == 5);
  CHECK(shared.counts.output_tokens == 9);
  const auto apart = generate(fixture.base(), requests_for(prompts, 3), {PrefixSharing::off, nullptr});
  CHECK(apart.counts.prompt_tokens_computed == 12);
}

TEST_CASE("An EOS token ends its sequence, is not part of the output, and lets the others go on") {
  const auto prompts = mixed_prompts();
  const nlohmann::json eos{{"eos_token_id", {third_token(prompts[0]), 96}}};
  const Fixture fixture(eos);
  const auto result = generate(fixture.base(), requests_for(prompts, 8), {});
  CHECK(result.generations[0].output_ids.size() == 2);
  CHECK(result.generations[0].ended_by_eos);
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    const auto expected = fixture.reference().greedy(prompts[i], 8);
    CHECK(result.generations[i].output_ids == expected);
    CHECK(result.generations[i].ended_by_eos == (expected.size() < 8));
  }
}

TEST_CASE("A settled sequence leaves early with a prefix of the full answer") {
  const Fixture fixture;
  const auto prompts = mixed_prompts();
  const auto full = outputs(fixture.base(), prompts, 9);
  auto requests = requests_for(prompts, 9);
  std::vector<std::size_t> seen;
  requests[1].settled = [&](std::span<const TokenId> ids) {
    seen.push_back(ids.size());
    return ids.size() == 4;
  };
  const auto result = generate(fixture.base(), requests, {});
  CHECK(seen == std::vector<std::size_t>{1, 2, 3, 4});
  CHECK(result.generations[1].output_ids == Prompt(full[1].begin(), full[1].begin() + 4));
  CHECK_FALSE(result.generations[1].ended_by_eos);
  CHECK(result.generations[2].output_ids == full[2]);
}

TEST_CASE("Every request has its own limit of new tokens, zero included") {
  const Fixture fixture;
  const auto prompts = mixed_prompts();
  auto requests = requests_for(prompts, 6);
  const auto full = outputs(fixture.base(), prompts, 6);
  requests[0].max_new_tokens = 1;
  requests[2].max_new_tokens = 0;
  const auto result = generate(fixture.base(), requests, {});
  CHECK(result.generations[0].output_ids == Prompt{full[0][0]});
  CHECK(result.generations[2].output_ids.empty());
  CHECK(result.generations[3].output_ids == full[3]);
}

TEST_CASE("No requests, no work") {
  const auto result = generate(Fixture().base(), {}, {});
  CHECK(result.generations.empty());
  CHECK(result.counts.prompt_tokens_computed == 0);
}

TEST_CASE("A cancelled generation throws Cancelled") {
  const Fixture fixture;
  const auto prompts = mixed_prompts();
  std::atomic<bool> cancelled{true};
  CHECK_THROWS_AS(generate(fixture.base(), requests_for(prompts, 3), {PrefixSharing::on, &cancelled}), Cancelled);
  cancelled = false;
  auto requests = requests_for(prompts, 50);
  requests[0].settled = [&](std::span<const TokenId> ids) {
    if (ids.size() == 2) cancelled = true;
    return false;
  };
  CHECK_THROWS_AS(generate(fixture.base(), requests, {PrefixSharing::on, &cancelled}), Cancelled);
}

TEST_CASE("Prompts that do not fit are input errors with the numbers") {
  const Fixture fixture;
  const auto error = [&](const Prompt& prompt, int max_new_tokens) {
    return error_of([&] { generate(fixture.base(), requests_for({prompt}, max_new_tokens), {}); });
  };
  CHECK(error(Prompt(120, 5), 8) == "none");
  CHECK_THAT(error(Prompt(120, 5), 9), Contains("3: ") && Contains("120") && Contains("9") && Contains("128"));
  CHECK_THAT(error({}, 3), Contains("3: ") && Contains("empty"));
  CHECK_THAT(error({5, 97}, 3), Contains("3: ") && Contains("97"));
  CHECK_THAT(error({5, -1}, 3), Contains("3: ") && Contains("-1"));
  CHECK_THAT(error_of([&] { next_token_logits(fixture.base(), {}); }), Contains("3: ") && Contains("empty"));
}

namespace {

shoal::weights::LowRank factors(std::int64_t out, std::int64_t in, std::int64_t rank, std::uint64_t seed) {
  return {random_tensor({rank, in}, seed, 0.5), random_tensor({out, rank}, seed + 1, 0.5), 2.0};
}

/// Deltas that adapt nothing, one layer, every kind of layer and the head.
std::vector<shoal::weights::ModelDelta> low_rank_deltas() {
  const std::string layer = "model.layers.1.";
  return {{},
          {{{layer + "self_attn.v_proj", factors(32, 40, 3, 5)}}, {}},
          {{{layer + "self_attn.q_proj", factors(64, 40, 4, 7)},
            {"model.layers.0.self_attn.o_proj", factors(40, 64, 2, 9)},
            {layer + "mlp.gate_proj", factors(56, 40, 9, 11)},
            {layer + "mlp.down_proj", factors(40, 56, 1, 13)},
            {"lm_head", factors(97, 40, 3, 15)}},
           {}}};
}

/// Each variant with its own requests, and one of them with none; together and one after the other.
void check_together(std::span<const ModelVariant> variants) {
  const auto prompts = mixed_prompts();
  std::vector<std::vector<GenerationRequest>> requests;
  for (std::size_t v = 0; v < variants.size(); ++v) {
    auto own = requests_for(prompts, static_cast<int>(12 + 20 * v));
    own.erase(own.begin(), own.begin() + static_cast<std::ptrdiff_t>(v));
    requests.push_back(std::move(own));
    requests.back().front().max_new_tokens = 3;
    requests.back().back().settled = [](std::span<const TokenId> ids) { return ids.size() > 5; };
  }
  requests.push_back({});
  std::vector<GenerationGroup> groups;
  for (std::size_t g = 0; g < requests.size(); ++g) groups.push_back({&variants[g % variants.size()], requests[g]});
  const auto together = generate_together(groups, {});
  REQUIRE(together.size() == groups.size());
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const auto alone = generate(*groups[g].variant, groups[g].requests, {});
    REQUIRE(together[g].generations.size() == alone.generations.size());
    for (std::size_t i = 0; i < alone.generations.size(); ++i) {
      CHECK(together[g].generations[i].output_ids == alone.generations[i].output_ids);
      CHECK(together[g].generations[i].ended_by_eos == alone.generations[i].ended_by_eos);
    }
    CHECK(together[g].counts.prompt_tokens_computed == alone.counts.prompt_tokens_computed);
    CHECK(together[g].counts.prompt_tokens == alone.counts.prompt_tokens);
    CHECK(together[g].counts.output_tokens == alone.counts.output_tokens);
  }
}

}  // namespace

TEST_CASE("Blocks of several adapters continued together give the answers that each gives alone") {
  for (const auto precision : {Precision::float32, Precision::bfloat16}) {
    const Fixture fixture(nlohmann::json::object(), precision);
    std::vector<ModelVariant> variants;
    for (const auto& delta : low_rank_deltas()) variants.emplace_back(fixture.model, delta);
    check_together(variants);
    REQUIRE(outputs(variants[0], mixed_prompts(), 12) != outputs(variants[2], mixed_prompts(), 12));
  }
}

TEST_CASE("So do variants that have weights of their own, which cannot share a step") {
  const Fixture fixture;
  std::vector<ModelVariant> variants{{fixture.model, {}}};
  variants.emplace_back(fixture.model, low_rank_deltas()[2], Adapters::folded);
  variants.emplace_back(fixture.model,
                        shoal::weights::ModelDelta{{}, {{"model.norm.weight", random_tensor({40}, 5, 1.0)}}});
  check_together(variants);
  check_together(std::span(variants).first(1));
}

TEST_CASE("Nothing to be continued by anybody is no error") {
  const Fixture fixture;
  CHECK(generate_together({}, {}).empty());
  const ModelVariant base = fixture.base();
  const std::vector<GenerationGroup> groups(2, {&base, {}});
  CHECK(generate_together(groups, {}).size() == 2);
}

}  // namespace generation_test
