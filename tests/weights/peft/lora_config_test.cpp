#include "weights/peft/lora_config.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "support/error_of.hpp"
#include "support/temp_folder.hpp"

namespace lora_config_test {

namespace {

using namespace shoal;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using Json = nlohmann::ordered_json;
using testing::error_of;
using testing::TempFolder;
using weights::LoraConfig;

LoraConfig read(const std::string& text) {
  const TempFolder folder;
  write_atomically(folder / "adapter_config.json", text);
  return LoraConfig::read(folder / "adapter_config.json");
}

Json plain() { return {{"peft_type", "LORA"}, {"r", 4}, {"lora_alpha", 6}, {"base_model_name_or_path", "tiny"}}; }

LoraConfig read_with(const std::string& key, const Json& value) {
  Json json = plain();
  json[key] = value;
  return read(json.dump());
}

std::string error_with(const std::string& key, const Json& value) {
  return error_of([&] { read_with(key, value); });
}

TEST_CASE("rank, scale and base model come from r, lora_alpha and base_model_name_or_path") {
  const LoraConfig config = read(plain().dump());
  CHECK(config.rank("q_proj") == 4);
  CHECK(config.scale("q_proj") == 1.5);
  CHECK(config.base_model_name() == "tiny");
}

TEST_CASE("rank-stabilised LoRA divides alpha by the root of the rank") {
  CHECK(read_with("use_rslora", true).scale("q_proj") == 6.0 / std::sqrt(4.0));
}

TEST_CASE("patterns give single layers their own rank and alpha, and the rank enters the scale") {
  Json json = plain();
  json["rank_pattern"] = {{"layers.1.q_proj", 2}};
  json["alpha_pattern"] = {{"v_proj", 20}};
  const LoraConfig config = read(json.dump());

  CHECK(config.rank("model.layers.1.q_proj") == 2);
  CHECK(config.scale("model.layers.1.q_proj") == 3.0);
  CHECK(config.rank("model.layers.2.q_proj") == 4);
  CHECK(config.scale("model.layers.2.v_proj") == 5.0);
}

TEST_CASE("of several patterns that match, the first in the file counts, not the first in the alphabet") {
  CHECK(read_with("rank_pattern", {{"q_proj", 2}, {"layers.1.q_proj", 3}}).rank("layers.1.q_proj") == 2);
  CHECK(read_with("rank_pattern", {{"layers.1.q_proj", 3}, {"q_proj", 2}}).rank("layers.1.q_proj") == 3);
}

TEST_CASE("options that change the arithmetic are refused by name") {
  for (const char* key : {"use_dora", "fan_in_fan_out", "lora_bias", "use_qalora"}) {
    INFO(key);
    CHECK_THAT(error_with(key, true), StartsWith("3: ") && Contains(key));
    CHECK_THAT(error_with(key, "yes"), Contains(key));
    CHECK(error_with(key, false) == "none");
  }
  for (const char* key : {"modules_to_save", "layer_replication", "target_parameters", "trainable_token_indices",
                          "alora_invocation_tokens"}) {
    INFO(key);
    CHECK_THAT(error_with(key, Json::array({"x"})), Contains(key));
    CHECK(error_with(key, Json::array()) == "none");
    CHECK(error_with(key, nullptr) == "none");
  }
  for (const char* key : {"arrow_config", "use_bdlora", "kasa_config", "monteclora_config"}) {
    INFO(key);
    CHECK_THAT(error_with(key, {{"a", 1}}), Contains(key));
  }
  CHECK_THAT(error_with("bias", "lora_only"), Contains("trained biases"));
  CHECK_THAT(error_with("bias", 3), Contains("trained biases"));
  CHECK(error_with("bias", "none") == "none");
}

TEST_CASE("initialisations that change the base weights are refused, the others are not") {
  for (const char* method : {"pissa", "pissa_niter_4", "olora", "corda", "loftq", "lora_ga", "unheard_of"}) {
    INFO(method);
    CHECK_THAT(error_with("init_lora_weights", method), Contains("init_lora_weights") && Contains(method));
  }
  for (const Json& harmless : {Json(true), Json(false), Json("gaussian"), Json("eva"), Json("orthogonal")}) {
    CHECK(error_with("init_lora_weights", harmless) == "none");
  }
}

TEST_CASE("another PEFT method, and a config without one, are refused") {
  CHECK_THAT(error_with("peft_type", "IA3"), StartsWith("3: ") && Contains("IA3"));
  CHECK_THAT(error_of([] { read("{}"); }), Contains("peft_type is missing"));
  CHECK_THAT(error_of([] { read("[]"); }), Contains("not a JSON object"));
  CHECK_THAT(error_of([] { read("{"); }), Contains("not valid JSON"));
}

TEST_CASE("impossible numbers are refused") {
  for (const Json& value : {Json(0), Json(-1), Json("4"), Json(nullptr), Json(true)}) {
    INFO(value.dump());
    CHECK_THAT(error_with("r", value), StartsWith("3: ") && Contains("\"r\""));
    CHECK_THAT(error_with("lora_alpha", value), Contains("\"lora_alpha\""));
    CHECK_THAT(error_with("rank_pattern", {{"q_proj", value}}), Contains("\"q_proj\""));
  }
  CHECK_THAT(error_with("r", 2.5), Contains("not a possible whole number"));
  CHECK_THAT(error_with("r", 1e300), Contains("not a possible whole number"));
  CHECK_THAT(error_with("rank_pattern", Json::array({1})), Contains("not an object"));
  CHECK_THAT(error_with("use_rslora", 1), Contains("use_rslora"));
}

}  // namespace

}  // namespace lora_config_test
