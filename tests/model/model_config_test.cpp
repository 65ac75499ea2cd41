#include "model/model_config.hpp"

#include "support/torch_catch.hpp"
// torch_catch.hpp first: Catch2 and LibTorch both define CHECK
#include "support/error_of.hpp"
#include "support/temp_folder.hpp"
#include "support/tiny_model.hpp"

namespace model_config_test {

using Catch::Matchers::Contains;
using namespace shoal;
using namespace shoal::model;
using shoal::testing::error_of;
using shoal::testing::TempFolder;
using shoal::testing::tiny_config;
using shoal::testing::write_text;

namespace {

ModelConfig load(const nlohmann::json& config) {
  const TempFolder folder;
  write_text(folder / "config.json", config.dump());
  return ModelConfig::load(folder.path());
}

std::string error_with(const nlohmann::json& change) {
  auto config = tiny_config();
  config.merge_patch(change);
  return error_of([&] { load(config); });
}

}  // namespace

TEST_CASE("A config.json is read with all its sizes") {
  const ModelConfig config = load(tiny_config());
  CHECK(config.architecture == "LlamaForCausalLM");
  CHECK(config.hidden_size == 40);
  CHECK(config.layers == 3);
  CHECK(config.query_size() == 64);
  CHECK(config.kv_size() == 32);
  CHECK(config.intermediate_size == 56);
  CHECK(config.vocabulary_size == 97);
  CHECK(config.context == 128);
  CHECK(config.rms_norm_eps == 1e-5);
  CHECK(config.rope.kind == RopeKind::plain);
  CHECK(config.rope.theta == 1000.0);
  CHECK_FALSE(config.tie_word_embeddings);
  CHECK_FALSE(config.attention_bias);
}

TEST_CASE("Key-value heads and head size follow from the other sizes when they are not given") {
  auto json = tiny_config();
  json.erase("num_key_value_heads");
  json.erase("head_dim");
  const ModelConfig config = load(json);
  CHECK(config.kv_heads == 4);
  CHECK(config.head_dim == 10);
}

TEST_CASE("The rope keys of transformers 4 mean the same as those of transformers 5") {
  auto old = tiny_config();
  old.erase("rope_parameters");
  old["rope_theta"] = 500000.0;
  old["rope_scaling"] = {{"rope_type", "llama3"},
                         {"factor", 8.0},
                         {"low_freq_factor", 1.0},
                         {"high_freq_factor", 4.0},
                         {"original_max_position_embeddings", 64}};
  auto modern = tiny_config();
  modern["rope_parameters"] = old["rope_scaling"];
  modern["rope_parameters"]["rope_theta"] = 500000.0;
  for (const ModelConfig& config : {load(old), load(modern)}) {
    CHECK(config.rope.kind == RopeKind::llama3);
    CHECK(config.rope.theta == 500000.0);
    CHECK(config.rope.factor == 8.0);
    CHECK(config.rope.original_context == 64.0);
  }
}

TEST_CASE("A rope type named by the old key `type` counts") {
  auto json = tiny_config();
  json["rope_parameters"] = {{"type", "linear"}, {"factor", 2.0}, {"rope_theta", 100.0}};
  CHECK(load(json).rope.kind == RopeKind::linear);
}

TEST_CASE("EOS ids come from generation_config.json, else from config.json, one or several") {
  const TempFolder folder;
  auto json = tiny_config();
  json["eos_token_id"] = nlohmann::json::array({5, 6});
  write_text(folder / "config.json", json.dump());
  CHECK(ModelConfig::load(folder.path()).eos_ids == std::vector<std::int32_t>{5, 6});
  write_text(folder / "generation_config.json", R"({"eos_token_id": 7})");
  const ModelConfig config = ModelConfig::load(folder.path());
  CHECK(config.eos_ids == std::vector<std::int32_t>{7});
  CHECK(config.ends(7));
  CHECK_FALSE(config.ends(5));
  write_text(folder / "generation_config.json", R"({"eos_token_id": null})");
  CHECK(ModelConfig::load(folder.path()).eos_ids == std::vector<std::int32_t>{5, 6});
}

TEST_CASE("An unknown architecture is refused with the names of the known ones") {
  const auto error = error_with({{"architectures", {"GPT2LMHeadModel"}}});
  CHECK_THAT(error, Contains("3: ") && Contains("GPT2LMHeadModel") && Contains("LlamaForCausalLM"));
}

TEST_CASE("What this build cannot compute is refused, naming the key") {
  CHECK_THAT(error_with({{"hidden_act", "gelu"}}), Contains("hidden_act") && Contains("gelu"));
  CHECK_THAT(error_with({{"quantization_config", {{"bits", 4}}}}), Contains("quantization_config"));
  CHECK_THAT(error_with({{"rope_parameters", {{"rope_type", "yarn"}}}}),
             Contains("rope_parameters.rope_type") && Contains("yarn"));
}

TEST_CASE("Impossible values are refused, naming the key") {
  CHECK_THAT(error_with({{"hidden_size", nullptr}}), Contains("hidden_size") && Contains("missing"));
  CHECK_THAT(error_with({{"hidden_size", "many"}}), Contains("hidden_size"));
  CHECK_THAT(error_with({{"vocab_size", -3}}), Contains("vocab_size"));
  CHECK_THAT(error_with({{"vocab_size", 1e30}}), Contains("vocab_size"));
  CHECK_THAT(error_with({{"num_key_value_heads", 3}}), Contains("num_key_value_heads"));
  CHECK_THAT(error_with({{"head_dim", 15}}), Contains("head_dim"));
  CHECK_THAT(error_with({{"tie_word_embeddings", "yes"}}), Contains("tie_word_embeddings"));
  CHECK_THAT(error_with({{"rms_norm_eps", "small"}}), Contains("rms_norm_eps"));
  CHECK_THAT(error_with({{"eos_token_id", "</s>"}}), Contains("eos_token_id"));
  CHECK_THAT(error_with({{"architectures", 3}}), Contains("architectures"));
  CHECK_THAT(error_with({{"rope_parameters", {{"rope_type", "linear"}, {"factor", 0.5}}}}), Contains("factor"));
  CHECK_THAT(error_with({{"rope_parameters", {{"rope_theta", 0.0}}}}), Contains("rope_theta"));
}

TEST_CASE("A missing or malformed config.json is an input error naming the file") {
  const TempFolder folder;
  CHECK_THAT(error_of([&] { ModelConfig::load(folder.path()); }), Contains("3: ") && Contains("config.json"));
  write_text(folder / "config.json", "{");
  CHECK_THAT(error_of([&] { ModelConfig::load(folder.path()); }), Contains("3: ") && Contains("config.json"));
  write_text(folder / "config.json", "[]");
  CHECK_THAT(error_of([&] { ModelConfig::load(folder.path()); }), Contains("3: ") && Contains("config.json"));
}

TEST_CASE(
    "Qwen2 has a bias on queries, keys and values without saying so; Llama's attention_bias is the output's too") {
  auto json = tiny_config();
  json["architectures"] = {"Qwen2ForCausalLM"};
  const ModelConfig qwen2 = load(json);
  CHECK(qwen2.attention_bias);
  CHECK_FALSE(qwen2.output_bias);
  CHECK_FALSE(qwen2.mlp_bias);
  json["architectures"] = {"LlamaForCausalLM"};
  json["attention_bias"] = true;
  CHECK(load(json).attention_bias);
  CHECK(load(json).output_bias);
}

TEST_CASE("Sliding windows are refused where they are used") {
  CHECK_THAT(error_with({{"use_sliding_window", true}}), Contains("3: ") && Contains("use_sliding_window"));
  CHECK_THAT(error_with({{"layer_types", {"full_attention", "sliding_attention"}}}),
             Contains("layer_types") && Contains("sliding_attention"));
  CHECK(error_with({{"use_sliding_window", false}, {"layer_types", {"full_attention"}}}) == "none");
}

TEST_CASE("A reward model has one label, and its own list of architectures") {
  const TempFolder folder;
  auto json = tiny_config();
  json["architectures"] = {"Qwen2ForSequenceClassification"};
  json["pad_token_id"] = 4;
  const auto read = [&] {
    write_text(folder / "config.json", json.dump());
    return ModelConfig::load(folder.path(), Head::score);
  };
  CHECK_THAT(error_of(read), Contains("3: ") && Contains("id2label"));
  json["num_labels"] = 1;
  CHECK(read().head == Head::score);
  CHECK(read().pad_id == 4);
  json.erase("num_labels");
  json["id2label"] = {{"0", "good"}};
  CHECK(read().attention_bias);
  json["id2label"]["1"] = "bad";
  CHECK_THAT(error_of(read), Contains("id2label"));
  json["architectures"] = {"LlamaForCausalLM"};
  CHECK_THAT(error_of(read), Contains("LlamaForSequenceClassification"));
}

}  // namespace model_config_test
