#include "model/decoding/token_mixture.hpp"

#include "support/torch_catch.hpp"
// torch_catch.hpp first: Catch2 and LibTorch both define CHECK
#include <deque>
#include <map>

#include "support/error_of.hpp"
#include "support/reference_llama.hpp"
#include "support/temp_folder.hpp"
#include "support/tiny_model.hpp"

namespace token_mixture_test {

using Catch::Matchers::Contains;
using namespace shoal::model;
using namespace shoal::testing;

namespace {

using Prompt = std::vector<TokenId>;

const std::vector<Prompt> prompts{{5, 17, 60, 4, 4, 31}, {5, 17, 60, 8}, {11}, {40, 41, 42, 43, 44}};

/// A model of its own architecture; all have the tiny model's vocabulary.
struct Member {
  TempFolder folder;
  nlohmann::json config = tiny_config();
  std::map<std::string, at::Tensor> parameters;

  Member(const nlohmann::json& change, std::uint64_t seed) {
    config.merge_patch(change);
    parameters = tiny_parameters(config, seed);
    write_model(folder.path(), config, parameters);
  }

  ModelVariant variant(Precision precision = Precision::float32) const {
    return {LanguageModel::load(folder.path(), precision), {}};
  }
  ReferenceLlama reference() const { return {ModelConfig::load(folder.path()), parameters}; }
};

struct Fixture {
  std::deque<Member> members;  // folders do not move
  std::vector<ModelVariant> variants;
  std::vector<const ModelVariant*> models;
  std::vector<std::vector<double>> weights{{0.5, 0.3, 0.2}, {1.4, -0.3, -0.1}, {0.0, 0.0, 1.0}, {0.1, 0.1, 0.8}};

  explicit Fixture(Precision precision = Precision::float32) {
    members.emplace_back(nlohmann::json::object(), 1);
    members.emplace_back(nlohmann::json{{"num_hidden_layers", 1}, {"intermediate_size", 24}}, 2);
    members.emplace_back(nlohmann::json{{"hidden_size", 64}, {"tie_word_embeddings", true}}, 3);
    variants.reserve(3);
    for (const Member& member : members) variants.push_back(member.variant(precision));
    for (const ModelVariant& variant : variants) models.push_back(&variant);
  }
};

std::vector<GenerationRequest> requests_for(int max_new_tokens) {
  std::vector<GenerationRequest> requests;
  for (const Prompt& prompt : prompts) requests.push_back({prompt, max_new_tokens, {}});
  return requests;
}

/// Every model from the beginning for every token.
Prompt slow(const Fixture& f, Mixing mixing, const std::vector<double>& weights, Prompt tokens, int max_new_tokens) {
  Prompt output;
  const ModelConfig config = ModelConfig::load(f.members[0].folder.path());
  while (static_cast<int>(output.size()) < max_new_tokens) {
    at::Tensor sum = at::zeros({config.vocabulary_size});
    for (std::size_t k = 0; k < f.members.size(); ++k) {
      const at::Tensor logits = f.members[k].reference().next_logits(tokens);
      sum = sum + weights[k] * (mixing == Mixing::probabilities ? logits.softmax(-1) : logits);
    }
    if (mixing == Mixing::probabilities) sum = sum.clamp_min(0.0);
    const auto token = static_cast<TokenId>(sum.argmax().item<std::int64_t>());
    if (config.ends(token)) break;
    output.push_back(token);
    tokens.push_back(token);
  }
  return output;
}

}  // namespace

TEST_CASE("Models of several architectures choose the tokens that their mixture chooses when computed slowly") {
  const Fixture f;
  for (const Mixing mixing : {Mixing::probabilities, Mixing::logits}) {
    const auto requests = requests_for(9);
    const auto result = generate_mixture(f.models, mixing, f.weights, requests, {});
    for (std::size_t i = 0; i < prompts.size(); ++i) {
      CHECK(result.generations[i].output_ids == slow(f, mixing, f.weights[i], prompts[i], 9));
    }
    CHECK(result.counts.prompt_tokens == 3 * 16);
    CHECK(result.counts.prompt_tokens_computed == 3 * 13);  // two prompts share three tokens
  }
}

TEST_CASE("All weight on one model is that model, and the others in the block change nothing") {
  for (const Precision precision : {Precision::float32, Precision::bfloat16}) {
    const Fixture f(precision);
    const auto requests = requests_for(9);
    for (std::size_t k = 0; k < f.models.size(); ++k) {
      std::vector<double> one_hot(3, 0.0);
      one_hot[k] = 1.0;
      const std::vector<std::vector<double>> weights(prompts.size(), one_hot);
      const auto mixed = generate_mixture(f.models, Mixing::logits, weights, requests, {});
      const auto alone = generate(f.variants[k], requests, {});
      for (std::size_t i = 0; i < prompts.size(); ++i) {
        CHECK(mixed.generations[i].output_ids == alone.generations[i].output_ids);
      }
    }
    const auto together = generate_mixture(f.models, Mixing::probabilities, f.weights, requests, {});
    for (std::size_t i = 0; i < prompts.size(); ++i) {
      const auto single = generate_mixture(f.models, Mixing::probabilities, std::span(f.weights).subspan(i, 1),
                                           std::span(requests).subspan(i, 1), {});
      CHECK(single.generations[0].output_ids == together.generations[i].output_ids);
    }
  }
}

TEST_CASE("Models that predict a prompt better weigh more, as the softmax of negative perplexities says") {
  const Fixture f;
  const auto requests = requests_for(1);
  GenerationCounts counts;
  const auto weights = weights_by_perplexity(f.models, requests, {}, counts);
  CHECK(counts.prompt_tokens > 0);
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    std::vector<double> perplexities;
    for (const Member& member : f.members) {
      double log_probability = 0.0;
      for (std::size_t t = 1; t < prompts[i].size(); ++t) {
        const Prompt before(prompts[i].begin(), prompts[i].begin() + static_cast<std::ptrdiff_t>(t));
        log_probability += member.reference().next_logits(before).log_softmax(-1)[prompts[i][t]].item<double>();
      }
      const auto tokens = static_cast<double>(std::max<std::size_t>(prompts[i].size() - 1, 1));
      perplexities.push_back(std::exp(-log_probability / tokens));
    }
    for (std::size_t k = 0; k < 3; ++k) {
      double others = 0.0;
      for (const double other : perplexities) others += std::exp(perplexities[k] - other);
      CHECK(weights[i][k] == Approx(1.0 / others).margin(1e-2));
    }
  }
  CHECK(weights[2] == std::vector<double>(3, 1.0 / 3.0));  // a single token predicts nothing
}

TEST_CASE("Vocabularies of different sizes do not mix") {
  const Fixture f;
  const Member other(nlohmann::json{{"vocab_size", 50}}, 4);
  const ModelVariant variant = other.variant();
  const std::vector<const ModelVariant*> models{f.models[0], &variant};
  const std::vector<std::vector<double>> weights(prompts.size(), {0.5, 0.5});
  CHECK_THAT(error_of([&] { generate_mixture(models, Mixing::logits, weights, requests_for(2), {}); }),
             Contains("vocabularies differ"));
}

TEST_CASE("A mixture of nothing to continue is empty, and one that is cancelled stops") {
  const Fixture f;
  CHECK(generate_mixture(f.models, Mixing::logits, {}, {}, {}).generations.empty());
  const std::atomic<bool> cancelled{true};
  const auto requests = requests_for(3);
  CHECK_THROWS_AS(generate_mixture(f.models, Mixing::logits, f.weights, requests, {PrefixSharing::on, &cancelled}),
                  Cancelled);
}

}  // namespace token_mixture_test
