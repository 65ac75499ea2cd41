#include "task/scorer/reward_scorer.hpp"

#include "support/torch_catch.hpp"
// torch_catch.hpp first: Catch2 and LibTorch both define CHECK
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "model/decoding/generation.hpp"
#include "support/error_of.hpp"
#include "support/source_folder.hpp"
#include "support/temp_folder.hpp"
#include "task/scorer/reward_model.hpp"

namespace reward_scorer_test {

using namespace shoal;
using namespace shoal::task;
using Catch::Matchers::Contains;
using shoal::testing::data_folder;
using shoal::testing::error_of;
using shoal::testing::TempFolder;
namespace fs = std::filesystem;

namespace {

RewardConfig config_of(const std::string& model, RewardVariant variant = RewardVariant::plain) {
  return {data_folder() / model, -4.0, 4.0, variant, std::nullopt};
}

const auto never = [] { return false; };

/// What transformers gives (see tests/data/make_likelihood_goldens.py), and what it was given.
struct Golden {
  std::vector<Answer> answers;
  std::vector<double> rewards;

  explicit Golden(std::size_t group) {
    const auto json = nlohmann::json::parse(read_text(data_folder() / "golden/reward_tiny.json")).at(group);
    for (const auto& output : json["outputs"]) {
      answers.push_back({answers.size(), "dev", output["prompt"], output["output"], "", 20 * answers.size()});
      rewards.push_back(output["reward"]);
    }
  }
};

void check_scores(const RewardConfig& config, const Golden& golden) {
  RewardScorer scorer(config);
  RewardModels models({});
  scorer.prepare(models);
  const auto scored = scorer.score_in_detail(golden.answers, never);
  REQUIRE(scored.size() == golden.rewards.size());
  for (std::size_t i = 0; i < scored.size(); ++i) {
    CHECK(std::get<double>(scored[i].details[0].value) == Approx(golden.rewards[i]).margin(1e-4));
    CHECK(*scored[i].score == Approx(reward_score(config, golden.rewards[i], golden.answers[i].tokens)).margin(1e-4));
  }
}

}  // namespace

TEST_CASE("rewards are stretched between minimum and maximum and clipped") {
  RewardConfig config;
  config.minimum = -2.0;
  config.maximum = 6.0;
  CHECK(normalised_reward(config, 0.0) == 0.25);
  CHECK(normalised_reward(config, -3.0) == 0.0);
  CHECK(normalised_reward(config, 7.0) == 1.0);
}

TEST_CASE("lengths count from 10 to 201 tokens") {
  CHECK(length_score(0) == 0.0);
  CHECK(length_score(10) == 0.0);
  CHECK(length_score(201) == 1.0);
  CHECK(length_score(1000) == 1.0);
  CHECK(length_score(106) == Approx(96.0 / 191.0));
}

TEST_CASE("the verbose and the concise variant are the mean of reward and length, or brevity") {
  RewardConfig config;
  CHECK(reward_score(config, 0.5, 201) == 0.5);
  config.variant = RewardVariant::verbose;
  CHECK(reward_score(config, 0.5, 201) == 0.75);
  CHECK(reward_score(config, 0.5, 10) == 0.25);
  config.variant = RewardVariant::concise;
  CHECK(reward_score(config, 0.5, 201) == 0.25);
  CHECK(reward_score(config, 0.5, 10) == 0.75);
}

TEST_CASE("answers get transformers' rewards, as chats where the reward model has a template") {
  check_scores(config_of("scored/reward_llama"), Golden(0));
  check_scores(config_of("scored/reward_llama", RewardVariant::verbose), Golden(0));
  RewardConfig plain = config_of("scored/reward_llama");
  plain.chat_template = false;
  check_scores(plain, Golden(1));
  check_scores(config_of("scored/reward_qwen2"), Golden(2));
}

TEST_CASE("what exceeds the reward model's context is cut off at the beginning") {
  RewardScorer scorer(config_of("scored/reward_qwen2"));
  RewardModels models({});
  scorer.prepare(models);
  std::string long_prompt;
  for (int i = 0; i < 300; ++i) long_prompt += " 7";
  const std::vector<Answer> answers{{0, "dev", long_prompt, " red", ""}, {1, "dev", " 7 7" + long_prompt, " red", ""}};
  const auto scores = scorer.score(answers, never);
  CHECK(*scores[0] == *scores[1]);
}

TEST_CASE("a reward model is loaded once for all that ask for it") {
  RewardModels models({});
  const auto first = models.load(data_folder() / "scored/reward_qwen2");
  CHECK(models.load(data_folder() / "scored/../scored/reward_qwen2") == first);
  CHECK(models.bytes() == first->bytes());
  CHECK(models.load(data_folder() / "scored/reward_llama") != first);
}

TEST_CASE("scoring stops when it is cancelled") {
  RewardScorer scorer(config_of("scored/reward_qwen2"));
  RewardModels models({});
  scorer.prepare(models);
  const std::vector<Answer> answers{{0, "dev", "a", "b", ""}};
  CHECK_THROWS_AS(scorer.score(answers, [] { return true; }), model::Cancelled);
}

TEST_CASE("folders that are no reward models are told before anything is loaded") {
  CHECK_THAT(error_of([] { RewardScorer refused(config_of("tiny/model")); }),
             Contains("3: ") && Contains("LlamaForSequenceClassification"));
  CHECK(error_of([] { RewardScorer refused(config_of("nowhere")); }).substr(0, 2) == "3:");
  RewardConfig config = config_of("scored/reward_qwen2");
  config.chat_template = true;
  CHECK_THAT(error_of([&] { RewardScorer refused(config); }), Contains("3: ") && Contains("no chat template"));
}

}  // namespace reward_scorer_test
