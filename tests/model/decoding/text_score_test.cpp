#include "model/decoding/text_score.hpp"

#include "support/torch_catch.hpp"
// torch_catch.hpp first: Catch2 and LibTorch both define CHECK
#include "support/error_of.hpp"
#include "support/reference_llama.hpp"
#include "support/temp_folder.hpp"
#include "support/tiny_model.hpp"

namespace text_score_test {

using Catch::Matchers::Contains;
using namespace shoal::model;
using namespace shoal::testing;

namespace {

using Texts = std::vector<std::vector<TokenId>>;

const Texts texts{{5, 6, 7, 8}, {5, 6, 7, 9, 10}, {5, 6}, {40}, {41, 42, 43, 44, 45, 46, 47, 48, 49, 50}};

nlohmann::json reward_config() {
  auto config = tiny_config();
  config["architectures"] = {"LlamaForSequenceClassification"};
  config["id2label"] = {{"0", "LABEL_0"}};
  return config;
}

struct Fixture {
  TempFolder folder;
  TensorMap parameters;
  ModelVariant variant;

  explicit Fixture(Precision precision = Precision::float32, const nlohmann::json& change = nlohmann::json::object())
      : parameters(tiny_parameters(tiny_config(), 1)), variant(load(precision, change), {}) {}

  LanguageModel load(Precision precision, const nlohmann::json& change) {
    parameters.erase("lm_head.weight");
    parameters["score.weight"] = random_tensor({1, 40}, 5);
    auto config = reward_config();
    config.merge_patch(change);
    write_model(folder.path(), config, parameters);
    return LanguageModel::load(folder.path(), precision, at::Device(at::kCPU), {}, Head::score);
  }

  // A model that predicts the next token out of a vocabulary of one has the score as its only logit.
  double reference(const std::vector<TokenId>& text) const {
    auto with_head = parameters;
    with_head["lm_head.weight"] = parameters.at("score.weight");
    return ReferenceLlama(variant.base().config(), with_head).next_logits(text)[0].item<double>();
  }
};

}  // namespace

TEST_CASE("A text's score equals the slow reference's at its last token") {
  const Fixture f;
  const auto scores = score_texts(f.variant, texts, {});
  REQUIRE(scores.size() == texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) CHECK(scores[i] == Approx(f.reference(texts[i])).margin(1e-4));
}

TEST_CASE("A text's bits do not depend on its company nor on the parts of a batch") {
  for (const auto precision : {Precision::float32, Precision::bfloat16}) {
    const Fixture f(precision);
    const auto together = score_texts(f.variant, texts, {});
    CHECK(score_texts(f.variant, texts, {PrefixSharing::off}) == together);
    for (std::size_t i = 0; i < texts.size(); ++i) {
      CHECK(score_texts(f.variant, std::span(&texts[i], 1), {})[0] == together[i]);
    }
    for (const std::int64_t tokens : {1, 6}) {
      std::atomic<std::int64_t> limit = tokens;
      CHECK(score_texts_in_parts(f.variant, texts, {}, limit) == together);
    }
  }
}

TEST_CASE("Tokens that fill up do not count at the end, and do elsewhere") {
  const Fixture f(Precision::float32, {{"pad_token_id", 9}});
  const auto scores = score_texts(f.variant, Texts{{5, 9, 6}, {5, 9, 6, 9, 9}, {9}}, {});
  CHECK(scores[0] == scores[1]);
  CHECK(scores[0] == Approx(f.reference({5, 9, 6})).margin(1e-4));
  CHECK(scores[2] == Approx(f.reference({9})).margin(1e-4));
}

TEST_CASE("Texts that cannot be scored are refused") {
  const Fixture f;
  CHECK_THAT(error_of([&] { score_texts(f.variant, Texts{{}}, {}); }), Contains("3: ") && Contains("empty"));
  const Texts long_text{std::vector<TokenId>(129, 5)};
  CHECK_THAT(error_of([&] { score_texts(f.variant, long_text, {}); }), Contains("context (128"));
}

TEST_CASE("A reward model without its score is refused, and one that has a head for tokens is no reward model") {
  const TempFolder folder;
  write_model(folder.path(), reward_config(), tiny_parameters(tiny_config(), 1));
  const auto load = [&](Head head) {
    return error_of([&] { LanguageModel::load(folder.path(), Precision::float32, at::Device(at::kCPU), {}, head); });
  };
  CHECK_THAT(load(Head::score), Contains("3: ") && Contains("score.weight"));
  CHECK_THAT(load(Head::next_token), Contains("3: ") && Contains("LlamaForSequenceClassification"));
}

}  // namespace text_score_test
