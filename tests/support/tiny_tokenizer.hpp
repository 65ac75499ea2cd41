#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "text/tokenizer/byte_level.hpp"

namespace shoal::testing {

/// tokenizer.json of a byte-level BPE: ids 0-255 are the bytes (so id 0 is an ordinary token), then a few merges, then
/// "<s>" and "<end>" as special tokens 300 and 301.
inline nlohmann::json tiny_tokenizer() {
  nlohmann::json vocabulary;
  for (int byte = 0; byte < 256; ++byte)
    vocabulary[text::to_byte_alphabet(std::string(1, static_cast<char>(byte)))] = byte;
  const std::string space = text::to_byte_alphabet(" ");
  auto merges =
      nlohmann::json::parse(R"([["t", "h"], ["th", "e"], [" ", "the"], ["a", "b"], ["b", "c"], ["ab", "c"]])");
  merges[2][0] = space;
  int id = 256;
  for (const auto& merge : merges) vocabulary[merge[0].get<std::string>() + merge[1].get<std::string>()] = id++;
  const auto added = [](int token, const char* content) {
    return nlohmann::json{{"id", token},     {"content", content},   {"special", true},    {"lstrip", false},
                          {"rstrip", false}, {"single_word", false}, {"normalized", false}};
  };
  return {{"added_tokens", nlohmann::json::array({added(300, "<s>"), added(301, "<end>")})},
          {"normalizer", nullptr},
          {"pre_tokenizer", {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", true}}},
          {"post_processor", nullptr},
          {"decoder", {{"type", "ByteLevel"}}},
          {"model", {{"type", "BPE"}, {"vocab", vocabulary}, {"merges", merges}}}};
}

}  // namespace shoal::testing
