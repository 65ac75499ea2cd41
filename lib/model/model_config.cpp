#include "model/model_config.hpp"

#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/json_file.hpp"
#include "base/json_text.hpp"

namespace shoal::model {

namespace {

std::string architecture_of(const JsonFile& file, Head head) {
  if (!file.has("architectures")) file.reject("architectures", "it is missing");
  const auto& names = file.root().at("architectures");
  if (!names.is_array() || names.size() != 1 || !names.at(0).is_string()) {
    file.reject("architectures", "it is not a list of one name");
  }
  const auto name = names.at(0).get<std::string>();
  const auto& known = supported_architectures(head);
  if (std::find(known.begin(), known.end(), name) == known.end()) {
    fail(ExitCode::input, "{}: architecture {} is not supported (supported: {}). Use a model of one of these.",
         file.path().string(), name, fmt::join(known, ", "));
  }
  return name;
}

void refuse_foreign_features(const JsonFile& file) {
  const std::string activation = file.text_or("hidden_act", "silu");
  if (activation != "silu") file.reject("hidden_act", "only silu is supported, not " + activation);
  if (file.has("quantization_config")) file.reject("quantization_config", "quantised weights are not supported");
}

bool is_qwen2(const std::string& architecture) { return architecture.starts_with("Qwen2"); }

// Qwen2 has a bias on queries, keys and values, always and without saying so; Llama says attention_bias, and means the
// output as well.
void read_biases(const JsonFile& file, ModelConfig& config) {
  const bool qwen2 = is_qwen2(config.architecture);
  config.attention_bias = qwen2 || file.flag_or("attention_bias", false);
  config.output_bias = !qwen2 && config.attention_bias;
  config.mlp_bias = !qwen2 && file.flag_or("mlp_bias", false);
}

// Attention sees the whole context in all layers, or the model is another one.
void refuse_sliding_windows(const JsonFile& file) {
  if (file.flag_or("use_sliding_window", false)) file.reject("use_sliding_window", "sliding windows are not supported");
  if (!file.has("layer_types")) return;
  for (const auto& type : file.root().at("layer_types")) {
    if (type != "full_attention")
      file.reject("layer_types", "only full_attention is supported, not " + json_text(type));
  }
}

std::size_t labels_of(const JsonFile& file) {
  if (file.has("id2label")) return file.child("id2label").root().size();
  constexpr std::int64_t unless_said_otherwise = 2;
  return static_cast<std::size_t>(file.count_or("num_labels", unless_said_otherwise));
}

void read_score_head(const JsonFile& file, ModelConfig& config) {
  if (config.head != Head::score) return;
  if (labels_of(file) != 1) file.reject("id2label", "a reward model has one label");
  if (file.has("pad_token_id")) config.pad_id = static_cast<std::int32_t>(file.number_or("pad_token_id", -1.0));
}

// transformers 5 writes {"rope_parameters": {"rope_theta", "rope_type", …}}; earlier versions rope_theta at the top and
// {"rope_scaling": {"rope_type" or "type", …}} or null.
void read_scaling(const JsonFile& scaling, RopeSettings& rope) {
  const std::string type = scaling.text_or("rope_type", scaling.text_or("type", "default"));
  if (type == "default") return;
  if (type != "linear" && type != "llama3") {
    scaling.reject("rope_type", "supported: default, linear, llama3; not " + type);
  }
  rope.kind = type == "linear" ? RopeKind::linear : RopeKind::llama3;
  rope.factor = scaling.number_or("factor", 0.0);
  if (rope.factor < 1.0) scaling.reject("factor", "it must be at least 1");
  if (rope.kind == RopeKind::linear) return;
  rope.low_freq_factor = scaling.number_or("low_freq_factor", 1.0);
  rope.high_freq_factor = scaling.number_or("high_freq_factor", 4.0);
  rope.original_context = scaling.number_or("original_max_position_embeddings", 8192.0);
  if (rope.low_freq_factor <= 0.0 || rope.high_freq_factor <= rope.low_freq_factor || rope.original_context < 1.0) {
    scaling.reject("low_freq_factor", "0 < low_freq_factor < high_freq_factor does not hold");
  }
}

RopeSettings read_rope(const JsonFile& file) {
  RopeSettings rope;
  rope.theta = file.number_or("rope_theta", rope.theta);
  if (file.has("rope_scaling")) read_scaling(file.child("rope_scaling"), rope);
  if (file.has("rope_parameters")) {
    const JsonFile parameters = file.child("rope_parameters");
    rope.theta = parameters.number_or("rope_theta", rope.theta);
    read_scaling(parameters, rope);
  }
  if (rope.theta <= 1.0) file.reject("rope_theta", "it must be above 1");
  return rope;
}

std::vector<std::int32_t> read_eos(const JsonFile& file) {
  if (!file.has("eos_token_id")) return {};
  const nlohmann::json& value = file.root().at("eos_token_id");
  const nlohmann::json list = value.is_array() ? value : nlohmann::json::array({value});
  std::vector<std::int32_t> ids;
  for (const auto& entry : list) {
    if (!entry.is_number_integer() || entry < 0 || entry > 0x7fffffff) {
      file.reject("eos_token_id", "it is neither a token id nor a list of token ids");
    }
    ids.push_back(entry.get<std::int32_t>());
  }
  return ids;
}

std::vector<std::int32_t> find_eos(const std::filesystem::path& folder, const JsonFile& config) {
  const auto generation = folder / "generation_config.json";
  if (std::filesystem::exists(generation)) {
    const auto ids = read_eos(JsonFile(generation));
    if (!ids.empty()) return ids;
  }
  return read_eos(config);
}

void check_heads(const JsonFile& file, const ModelConfig& config) {
  if (config.heads % config.kv_heads != 0) file.reject("num_key_value_heads", "it does not divide num_attention_heads");
  if (config.head_dim % 2 != 0) file.reject("head_dim", "rotary embeddings need an even number");
}

std::int64_t default_head_dim(const JsonFile& file) {
  const auto heads = file.count("num_attention_heads");
  const auto hidden = file.count("hidden_size");
  if (!file.has("head_dim") && hidden % heads != 0) file.reject("hidden_size", "the heads do not divide it");
  return hidden / heads;
}

}  // namespace

const std::vector<std::string>& supported_architectures(Head head) {
  static const std::vector<std::string> next_token{"LlamaForCausalLM", "Qwen2ForCausalLM"};
  static const std::vector<std::string> score{"LlamaForSequenceClassification", "Qwen2ForSequenceClassification"};
  return head == Head::score ? score : next_token;
}

ModelConfig ModelConfig::load(const std::filesystem::path& folder, Head head) {
  const JsonFile file(folder / "config.json");
  ModelConfig config;
  config.architecture = architecture_of(file, head);
  config.head = head;
  refuse_foreign_features(file);
  refuse_sliding_windows(file);
  config.hidden_size = file.count("hidden_size");
  config.layers = file.count("num_hidden_layers");
  config.heads = file.count("num_attention_heads");
  config.kv_heads = file.count_or("num_key_value_heads", config.heads);
  config.head_dim = file.count_or("head_dim", default_head_dim(file));
  config.intermediate_size = file.count("intermediate_size");
  config.vocabulary_size = file.count("vocab_size");
  config.context = file.count_or("max_position_embeddings", 2048);
  config.rms_norm_eps = file.number_or("rms_norm_eps", config.rms_norm_eps);
  config.rope = read_rope(file);
  config.tie_word_embeddings = file.flag_or("tie_word_embeddings", false);
  read_biases(file, config);
  read_score_head(file, config);
  config.eos_ids = find_eos(folder, file);
  check_heads(file, config);
  return config;
}

bool ModelConfig::ends(std::int32_t token) const {
  return std::find(eos_ids.begin(), eos_ids.end(), token) != eos_ids.end();
}

}  // namespace shoal::model
