#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace shoal::results {

/// Experts that answer together: at each step the next token is the likeliest under the weighted sum of their
/// distributions.
struct TokenMixture {
  std::filesystem::path model;  ///< whose tokenizer and chat template all use, and that adapters stand on
  std::vector<std::filesystem::path> experts;
  std::vector<double> weights;  ///< one per expert
};

/// token_mixture.json in a folder.
inline constexpr const char* token_mixture_name = "token_mixture.json";

/// Weights with as many digits as it takes to read the same back.
std::string to_json(const TokenMixture& mixture);

/// Relative paths are relative to the file's folder. Throws Error{input} when the file is missing or not of this form.
TokenMixture read_token_mixture(const std::filesystem::path& file);

}  // namespace shoal::results
