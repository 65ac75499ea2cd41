#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace shoal::model {

enum class RopeKind { plain, linear, llama3 };

/// What stands on the decoder: the prediction of the next token, or one score for a whole text (reward models).
enum class Head { next_token, score };

/// How rotary position embeddings turn (config.json: rope_parameters, or rope_theta and rope_scaling).
struct RopeSettings {
  RopeKind kind = RopeKind::plain;
  double theta = 10000.0;
  double factor = 1.0;             ///< linear, llama3
  double low_freq_factor = 1.0;    ///< llama3
  double high_freq_factor = 4.0;   ///< llama3
  double original_context = 8192;  ///< llama3, tokens
};

/// The shape of a decoder-only model, from config.json and generation_config.json of a Hugging Face folder.
struct ModelConfig {
  std::string architecture;
  Head head = Head::next_token;
  std::int64_t hidden_size = 0;
  std::int64_t layers = 0;
  std::int64_t heads = 0;
  std::int64_t kv_heads = 0;
  std::int64_t head_dim = 0;
  std::int64_t intermediate_size = 0;
  std::int64_t vocabulary_size = 0;
  std::int64_t context = 0;  ///< max_position_embeddings, tokens
  double rms_norm_eps = 1e-6;
  RopeSettings rope;
  bool tie_word_embeddings = false;
  bool attention_bias = false;  ///< of queries, keys and values
  bool output_bias = false;     ///< of attention's output
  bool mlp_bias = false;
  std::vector<std::int32_t> eos_ids;   ///< generation_config.json first, then config.json; may be empty
  std::optional<std::int32_t> pad_id;  ///< Head::score: tokens at the end that do not count

  /// Reads only the two JSON files: fast enough for a login node. Throws Error{input}: files missing or malformed, an
  /// architecture (of those with this head), activation or rope type that this build does not know (naming those it
  /// does), another number of labels than one.
  static ModelConfig load(const std::filesystem::path& folder, Head head = Head::next_token);

  std::int64_t query_size() const { return heads * head_dim; }
  std::int64_t kv_size() const { return kv_heads * head_dim; }
  bool ends(std::int32_t token) const;  ///< token is one of eos_ids
};

/// Names of the architectures that this build evaluates, for messages and `shoal ls`.
const std::vector<std::string>& supported_architectures(Head head = Head::next_token);

}  // namespace shoal::model
