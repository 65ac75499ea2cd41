// The engine against Hugging Face's transformers and PEFT: files made by tests/data/make_goldens.py.
#include "support/torch_catch.hpp"
// torch_catch.hpp first: Catch2 and LibTorch both define CHECK
#include <fstream>
#include <nlohmann/json.hpp>

#include "model/decoding/generation.hpp"
#include "model/decoding/token_mixture.hpp"
#include "support/source_folder.hpp"
#include "text/tokenizer/tokenizer.hpp"
#include "weights/pool/expert_pool.hpp"

namespace golden_test {

using namespace shoal::model;
using namespace shoal::text;
using namespace shoal;
using shoal::testing::source_folder;

namespace {

namespace fs = std::filesystem;

nlohmann::json golden(const char* name) {
  std::ifstream file(source_folder() / "tests/data/golden" / name);
  REQUIRE(file.good());
  return nlohmann::json::parse(file);
}

// The demo's model is downloaded, not part of the repository.
bool demo_model_is_missing() {
  if (fs::exists(source_folder() / "deploy/demo/model/model.safetensors")) return false;
  WARN("skipped: run deploy/demo/fetch_model.py first");
  return true;
}

weights::ModelDelta delta_of(const nlohmann::json& group, const fs::path& folder) {
  std::vector<fs::path> adapters;
  for (const auto& name : group["adapters"]) adapters.push_back(folder / "experts" / name.get<std::string>());
  if (adapters.empty()) return {};
  const auto space = group["merge_space"] == "delta" ? weights::MergeSpace::delta : weights::MergeSpace::factors;
  const auto mix = group["mix"].get<std::vector<double>>();
  return weights::ExpertPool::load(adapters, folder / "model", space).materialise(mix);
}

// One group of a golden file: some adapters, mixed in some way, on some prompts.
class Group {
 public:
  Group(const nlohmann::json& group, const Tokenizer& tokenizer, ModelVariant variant)
      : group_(group), variant_(std::move(variant)) {
    for (const auto& output : group_["outputs"]) {
      prompts_.push_back(tokenizer.encode(output["prompt"].get<std::string>()));
    }
  }

  void check_ids(PrefixSharing sharing) const {
    std::vector<GenerationRequest> requests;
    for (const auto& prompt : prompts_) requests.push_back({prompt, group_["max_new_tokens"].get<int>(), {}});
    const auto result = generate(variant_, requests, {sharing, nullptr});
    for (std::size_t i = 0; i < prompts_.size(); ++i) {
      INFO(group_["adapters"].dump() << " " << group_["merge_space"] << ": " << group_["outputs"][i]["prompt"]);
      CHECK(result.generations[i].output_ids == group_["outputs"][i]["output_ids"].get<std::vector<TokenId>>());
    }
  }

  void check_logits() const {
    for (std::size_t i = 0; i < prompts_.size(); ++i) {
      if (!group_["outputs"][i].contains("logits")) continue;
      const at::Tensor logits = next_token_logits(variant_, prompts_[i]);
      for (const auto& [token, expected] : group_["outputs"][i]["logits"].items()) {
        CHECK(logits[std::stol(token)].item<double>() == Approx(expected.get<double>()).margin(1e-3));
      }
    }
  }

 private:
  const nlohmann::json& group_;
  ModelVariant variant_;
  std::vector<std::vector<TokenId>> prompts_;
};

void check_generation(const char* name, const fs::path& folder) {
  const auto groups = golden(name);
  const auto tokenizer = Tokenizer::load(folder / "model");
  const auto model = LanguageModel::load(folder / "model", Precision::float32);
  REQUIRE(groups.size() >= 4);
  for (const auto& each : groups) {
    const Group group(each, tokenizer, ModelVariant(model, delta_of(each, folder)));
    group.check_ids(PrefixSharing::on);
    if (each["adapters"].empty()) group.check_ids(PrefixSharing::off);
    group.check_logits();
  }
}

}  // namespace

TEST_CASE("The tiny model generates what transformers and PEFT generate") {
  check_generation("generation_tiny.json", source_folder() / "tests/data/tiny");
}

TEST_CASE("SmolLM2 generates what transformers and PEFT generate") {
  if (demo_model_is_missing()) return;
  check_generation("generation_smollm2.json", source_folder() / "deploy/demo");
}

TEST_CASE("SmolLM2's tokenizer gives the ids of Hugging Face's") {
  if (demo_model_is_missing()) return;
  const auto tokenizer = Tokenizer::load(source_folder() / "deploy/demo/model");
  CHECK(tokenizer.vocabulary_size() == 49152);
  for (const auto& each : golden("tokenizer_smollm2.json")) {
    INFO(each["text"]);
    CHECK(tokenizer.encode(each["text"].get<std::string>()) == each["ids"].get<std::vector<TokenId>>());
  }
}

TEST_CASE("SmolLM2's ids decode to the text of Hugging Face's") {
  if (demo_model_is_missing()) return;
  const auto tokenizer = Tokenizer::load(source_folder() / "deploy/demo/model");
  for (const auto& each : golden("detokenizer_smollm2.json")) {
    CHECK(tokenizer.decode(each["ids"].get<std::vector<TokenId>>()) == each["text"].get<std::string>());
  }
}

TEST_CASE("Models of two architectures write together what transformers' do, from the same distributions") {
  const auto file = golden("mixture_tiny.json");
  std::vector<ModelVariant> variants;
  for (const auto& name : file["models"]) {
    const fs::path folder = source_folder() / "tests/data" / name.get<std::string>();
    variants.emplace_back(LanguageModel::load(folder, Precision::float32), weights::ModelDelta{});
  }
  std::vector<const ModelVariant*> models;
  for (const ModelVariant& variant : variants) models.push_back(&variant);
  for (const auto& entry : file["entries"]) {
    const auto prompt = entry["prompt_ids"].get<std::vector<TokenId>>();
    const auto weights = entry["weights"].get<std::vector<double>>();
    const at::Tensor said = mixture_after(models, Mixing::probabilities, weights, prompt);
    const at::Tensor expected = at::tensor(entry["probabilities"].get<std::vector<float>>());
    CHECK((said / said.sum() - expected).abs().max().item<double>() < 1e-5);
    const GenerationRequest request{prompt, file["new_tokens"].get<int>(), {}};
    for (const auto& [name, mixing] : {std::pair{"probabilities", Mixing::probabilities}, {"logits", Mixing::logits}}) {
      const auto result = generate_mixture(models, mixing, {&weights, 1}, {&request, 1}, {});
      CHECK(result.generations[0].output_ids == entry["mixed"][name]["output_ids"].get<std::vector<TokenId>>());
    }
  }
}

}  // namespace golden_test
