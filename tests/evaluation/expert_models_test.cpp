#include "evaluation/expert_models.hpp"

#include "support/torch_catch.hpp"
// torch_catch.hpp first: Catch2 and LibTorch both define CHECK
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "model/decoding/generation.hpp"
#include "support/error_of.hpp"
#include "support/source_folder.hpp"
#include "support/temp_folder.hpp"

namespace expert_models_test {

using namespace shoal;
using namespace shoal::evaluation;
using namespace shoal::testing;
using Catch::Matchers::Contains;
namespace fs = std::filesystem;

namespace {

const fs::path base = data_folder() / "tiny/model";

/// A copy of the tiny Qwen2 to be changed.
struct Copy {
  TempFolder folder;
  fs::path path = folder / "other";

  Copy() { fs::copy(data_folder() / "scored/qwen2", path); }

  void change(const char* file, const nlohmann::json& patch) const {
    auto json = nlohmann::json::parse(read_text(path / file));
    json.merge_patch(patch);
    std::ofstream(path / file) << json.dump();
  }
  std::string error() const {
    return error_of([&] { ExpertModels::check(std::span(&path, 1), base); });
  }
};

bool answers_alike(const model::ModelVariant& a, const model::ModelVariant& b) {
  const std::vector<model::TokenId> prompt{1, 40, 41, 42};
  const model::GenerationRequest request{prompt, 12, {}};
  return model::generate(a, {&request, 1}, {}).generations[0].output_ids ==
         model::generate(b, {&request, 1}, {}).generations[0].output_ids;
}

}  // namespace

TEST_CASE("Adapters, fine-tunes, another architecture and the base itself are experts beside each other") {
  const std::vector<fs::path> folders{data_folder() / "tiny/experts/expert0", data_folder() / "tiny/full/model1",
                                      data_folder() / "scored/qwen2", base};
  ExpertModels::check(folders, base);
  const auto model = model::LanguageModel::load(base, model::Precision::float32);
  const auto experts = ExpertModels::load(folders, model, base);
  CHECK(experts.size() == 4);
  CHECK(experts.names() == std::vector<std::string>{"expert0", "model1", "qwen2", "model"});
  CHECK(experts[2].base().config().architecture == "Qwen2ForCausalLM");
  CHECK(answers_alike(experts[3], {model, {}}));
  CHECK(&experts[0].base().weights() == &model.weights());  // shared, not read again
  CHECK(&experts[3].base().weights() == &model.weights());
  CHECK(experts.bytes() > experts[1].base().bytes() + experts[2].base().bytes());
  CHECK(experts.bytes() < experts[1].base().bytes() + experts[2].base().bytes() + model.bytes());
  CHECK(experts.most_demanding().config().hidden_size == 32);
}

TEST_CASE("Folded adapters are models of their own") {
  const std::vector<fs::path> folders{data_folder() / "tiny/experts/expert0"};
  const auto model = model::LanguageModel::load(base, model::Precision::float32);
  const auto folded = ExpertModels::load(folders, model, base, model::Adapters::folded);
  CHECK(folded.bytes() == model.bytes());
  CHECK(answers_alike(folded[0], ExpertModels::load(folders, model, base)[0]));
}

TEST_CASE("The shortest context of all counts") {
  const std::vector<fs::path> folders{data_folder() / "tiny/experts/expert0", data_folder() / "scored/qwen2"};
  CHECK(ExpertModels::context({}, base) == 512);
  CHECK(ExpertModels::context(folders, base) == 256);
}

TEST_CASE("An expert of another vocabulary is refused with the first difference") {
  const Copy copy;
  CHECK(copy.error() == "none");
  copy.change("config.json", {{"vocab_size", 341}});
  CHECK_THAT(copy.error(),
             Contains("3: ") && Contains(copy.path.string()) && Contains("341 tokens there and 340 here"));
  copy.change("config.json", {{"vocab_size", 340}, {"eos_token_id", {0, 7}}});
  CHECK_THAT(copy.error(), Contains("answers end with the tokens [0, 7] there and [0] here"));
  auto tokenizer = nlohmann::json::parse(read_text(copy.path / "tokenizer.json"));
  tokenizer["added_tokens"][0]["content"] = "<|stop|>";
  copy.change("tokenizer.json", tokenizer);
  CHECK_THAT(copy.error(), Contains("3: ") && Contains("<|stop|>") && Contains("another vocabulary"));
}

TEST_CASE("An expert that is no model, or of an architecture that nobody knows, is refused without its weights") {
  const Copy copy;
  copy.change("config.json", {{"architectures", {"Unheard"}}});
  CHECK_THAT(copy.error(), Contains("3: ") && Contains("Unheard"));
  fs::remove(copy.path / "config.json");
  CHECK_THAT(copy.error(), Contains("3: ") && Contains("config.json"));
  fs::remove_all(copy.path);
  CHECK_THAT(copy.error(), Contains("3: expert " + copy.path.string() + " does not exist"));
}

TEST_CASE("An adapter of another base is refused") {
  const fs::path adapter = data_folder() / "tiny/bad_base";
  CHECK_THAT(error_of([&] { ExpertModels::check(std::span(&adapter, 1), base); }),
             Contains("3: ") && Contains("bad_base"));
}

TEST_CASE("Weights that are not finite are found by one of the ranks") {
  const Copy copy;
  {
    std::fstream weights(copy.path / "model.safetensors", std::ios::in | std::ios::out | std::ios::binary);
    weights.seekp(-4, std::ios::end);
    weights.write("\xff\xff\xff\x7f", 4);
  }
  const auto model = model::LanguageModel::load(base, model::Precision::float32);
  const auto error = [&](const weights::Share& share) {
    return error_of(
        [&] { ExpertModels::load(std::span(&copy.path, 1), model, base, model::Adapters::separate, share); });
  };
  CHECK(copy.error() == "none");
  CHECK_THAT(error({0, 2}), Contains("3: ") && Contains("NaN or infinite"));
  CHECK(error({1, 2}) == "none");
}

}  // namespace expert_models_test
