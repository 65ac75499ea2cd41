#include "evaluation/chunk/expert_pack.hpp"

#include "support/torch_catch.hpp"
// torch_catch.hpp first: Catch2 and LibTorch both define CHECK
#include <limits>
#include <set>

#include "comm/serial_communicator.hpp"
#include "evaluation/expert_models.hpp"
#include "model/decoding/token_mixture.hpp"
#include "support/source_folder.hpp"

namespace expert_pack_test {

using namespace shoal;
using namespace shoal::evaluation;
using shoal::testing::data_folder;
namespace fs = std::filesystem;

namespace {

/// A pack of three models, which notes who was asked for.
struct Fixture {
  fs::path base_folder = data_folder() / "tiny/model";
  comm::SerialCommunicator alone;
  model::LanguageModel base = model::LanguageModel::load(base_folder, model::Precision::float32);
  text::Tokenizer tokenizer = text::Tokenizer::load(base_folder);
  std::vector<fs::path> folders{data_folder() / "tiny/experts/expert0", data_folder() / "tiny/full/model1",
                                data_folder() / "scored/qwen2"};
  ExpertModels experts = ExpertModels::load(folders, base, base_folder);
  Evaluator evaluator{alone, base, tokenizer, {}, {}, {}};
  Workload workload;
  std::atomic<std::int64_t> most_tokens = std::numeric_limits<std::int64_t>::max();
  std::atomic<bool> cancelled = false;
  ExamSetup setup{evaluator, workload, most_tokens, cancelled};
  std::multiset<std::size_t> asked;
  ExpertPack pack{setup, [this](std::size_t k, std::size_t) {
                    asked.insert(k);
                    return experts[k];
                  }};
  std::vector<std::vector<model::TokenId>> prompts{{1, 40, 41, 42}, {1, 40, 9}, {77}};

  std::vector<model::GenerationRequest> requests() const {
    std::vector<model::GenerationRequest> requests;
    for (const auto& prompt : prompts) requests.push_back({prompt, 9, {}});
    return requests;
  }
  std::vector<std::vector<model::TokenId>> written(const model::GenerationResult& result) const {
    std::vector<std::vector<model::TokenId>> ids;
    for (const auto& generation : result.generations) ids.push_back(generation.output_ids);
    return ids;
  }
};

}  // namespace

TEST_CASE("Answers by weights are those of the mixture of all experts, and who has no weight is not asked") {
  Fixture f;
  const std::vector<const model::ModelVariant*> all{&f.experts[0], &f.experts[1], &f.experts[2]};
  for (const swarm::Coordinates& weights : {swarm::Coordinates{0.4, 0.0, 0.6}, {1.5, 0.0, -0.5}}) {
    const std::vector<std::vector<double>> each(f.prompts.size(), weights);
    const auto requests = f.requests();
    const auto whole = model::generate_mixture(all, model::Mixing::probabilities, each, requests, {});
    const auto some = f.pack.by_weights(weights)(requests);
    CHECK(f.written(some) == f.written(whole));
    CHECK(3 * some.counts.prompt_tokens == 2 * whole.counts.prompt_tokens);
  }
  CHECK(f.asked == std::multiset<std::size_t>{0, 2});  // each made once
}

TEST_CASE("Answers in parts are the same") {
  Fixture f;
  const auto whole = f.pack.by_weights({0.5, 0.3, 0.2})(f.requests());
  f.most_tokens = 1;
  const auto parts = f.pack.by_weights({0.5, 0.3, 0.2})(f.requests());
  CHECK(f.written(parts) == f.written(whole));
  CHECK(parts.counts.prompt_tokens_computed > whole.counts.prompt_tokens_computed);
}

TEST_CASE("Answers by perplexity ask every expert") {
  Fixture f;
  const auto answers = f.pack.by_perplexity(3)(f.requests());
  CHECK(answers.generations.size() == 3);
  CHECK(f.asked == std::multiset<std::size_t>{0, 1, 2});
}

TEST_CASE("With clusters each prompt has weights of its own, and experts without a cluster are not asked") {
  Fixture f;
  const std::vector<std::vector<double>> scores{{1, 1, 0}, {0, 0, 0}, {0, 0, 1}};
  const auto clusters = std::make_shared<const ClusterExperts>(f.prompts, scores);
  REQUIRE(clusters->asked() == std::vector<std::size_t>{0, 2});
  std::vector<std::vector<double>> each;
  for (const auto& prompt : f.prompts) each.push_back(clusters->weights(prompt));
  CHECK(each[0] != each[2]);
  const std::vector<const model::ModelVariant*> all{&f.experts[0], &f.experts[1], &f.experts[2]};
  const auto whole = model::generate_mixture(all, model::Mixing::probabilities, each, f.requests(), {});
  CHECK(f.written(f.pack.by_clusters(clusters)(f.requests())) == f.written(whole));
  CHECK(f.asked == std::multiset<std::size_t>{0, 2});
}

TEST_CASE("Only a weight of exactly 0 is none") {
  CHECK(experts_with_weight({0.0, 1e-300, -2.0, -0.0}) == std::vector<std::size_t>{1, 2});
}

}  // namespace expert_pack_test
