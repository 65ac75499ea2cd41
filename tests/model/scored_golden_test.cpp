// Likelihoods, rewards and a Qwen2 against transformers: files made by tests/data/make_likelihood_goldens.py.
#include "support/torch_catch.hpp"
// torch_catch.hpp first: Catch2 and LibTorch both define CHECK
#include <fstream>
#include <nlohmann/json.hpp>

#include "model/decoding/likelihood.hpp"
#include "model/decoding/text_score.hpp"
#include "support/source_folder.hpp"
#include "text/tokenizer/tokenizer.hpp"
#include "weights/pool/expert_pool.hpp"

namespace scored_golden_test {

using namespace shoal;
using namespace shoal::model;
using namespace shoal::text;
namespace fs = std::filesystem;
using Json = nlohmann::json;
using shoal::testing::data_folder;

namespace {

Json golden(const char* name) {
  std::ifstream file(data_folder() / "golden" / name);
  REQUIRE(file.good());
  return Json::parse(file);
}

weights::ModelDelta delta_of(const Json& group, const fs::path& model) {
  std::vector<fs::path> adapters;
  for (const auto& name : group["adapters"])
    adapters.push_back(data_folder() / "tiny/experts" / name.get<std::string>());
  if (adapters.empty()) return {};
  const auto space = group["merge_space"] == "delta" ? weights::MergeSpace::delta : weights::MergeSpace::factors;
  const auto mix = group["mix"].get<std::vector<double>>();
  return weights::ExpertPool::load(adapters, model, space).materialise(mix);
}

void check_group(const Json& group) {
  const fs::path folder = data_folder() / group["model"].get<std::string>();
  const auto tokenizer = Tokenizer::load(folder);
  const ModelVariant variant(LanguageModel::load(folder, Precision::float32), delta_of(group, folder));
  std::vector<TokenPair> pairs;
  std::vector<double> expected;
  for (const auto& output : group["outputs"]) {
    for (const auto& text : output["texts"]) {
      pairs.push_back(tokenizer.encode_pair(output["prompt"].get<std::string>(), text["text"].get<std::string>()));
      CHECK(pairs.back().text == text["ids"].get<std::vector<TokenId>>());
      expected.push_back(text["log_probability"].get<double>());
    }
  }
  std::vector<LikelihoodRequest> requests;
  for (const TokenPair& pair : pairs) requests.push_back({pair.prompt, pair.text});
  const auto found = measure(variant, requests, {}).likelihoods;
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) CHECK(found[i].log_probability == Approx(expected[i]).margin(1e-4));
}

}  // namespace

TEST_CASE("Log-probabilities are those of transformers, for the base, an adapter, mixes and a Qwen2") {
  const Json groups = golden("likelihood_tiny.json");
  REQUIRE(groups.size() >= 5);
  for (const Json& group : groups) {
    INFO(group["model"] << " " << group["adapters"] << " " << group["merge_space"]);
    check_group(group);
  }
}

TEST_CASE("Rewards are those of transformers, for Llama and Qwen2, with and without a chat template") {
  const Json groups = golden("reward_tiny.json");
  REQUIRE(groups.size() >= 3);
  for (const Json& group : groups) {
    const fs::path folder = data_folder() / group["model"].get<std::string>();
    const auto tokenizer = Tokenizer::load(folder);
    const bool as_chat = group["chat_template"].get<bool>();
    CHECK((!as_chat || tokenizer.has_chat_template()));
    const ModelVariant variant(LanguageModel::load(folder, Precision::float32, at::Device(at::kCPU), {}, Head::score),
                               {});
    std::vector<std::vector<TokenId>> texts;
    for (const Json& output : group["outputs"]) {
      const auto prompt = output["prompt"].get<std::string>();
      const auto answer = output["output"].get<std::string>();
      texts.push_back(as_chat ? tokenizer.encode_chat(prompt, answer) : tokenizer.encode(prompt + answer));
      CHECK(texts.back() == output["ids"].get<std::vector<TokenId>>());
    }
    const auto rewards = score_texts(variant, texts, {});
    for (std::size_t i = 0; i < texts.size(); ++i) {
      INFO(group["model"] << " " << group["outputs"][i].dump());
      CHECK(rewards[i] == Approx(group["outputs"][i]["reward"].get<double>()).margin(1e-4));
    }
  }
}

TEST_CASE("A Qwen2 generates what transformers generates") {
  const Json group = golden("generation_qwen2.json").at(0);
  const fs::path folder = data_folder() / "scored/qwen2";
  const auto tokenizer = Tokenizer::load(folder);
  const ModelVariant variant(LanguageModel::load(folder, Precision::float32), {});
  for (const Json& output : group["outputs"]) {
    const auto prompt = tokenizer.encode(output["prompt"].get<std::string>());
    const GenerationRequest request{prompt, group["max_new_tokens"].get<int>(), {}};
    const auto result = generate(variant, std::span(&request, 1), {});
    CHECK(result.generations[0].output_ids == output["output_ids"].get<std::vector<TokenId>>());
  }
}

}  // namespace scored_golden_test
