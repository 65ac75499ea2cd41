#include "weights/peft/module_pattern.hpp"

#include <algorithm>
#include <cctype>
#include <regex>
#include <string_view>

#include "base/error.hpp"
#include "base/json_document.hpp"

namespace shoal::weights {
namespace {

constexpr std::size_t longest_key = 256;
constexpr std::ptrdiff_t most_repetitions = 5;

/// Letters, digits, '_', '-' and '.': what module paths consist of. As a regular expression only the dot is special.
bool is_plain(std::string_view key) {
  return std::ranges::all_of(key, [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '-' || c == '.'; });
}

/// A dot fits any character; the key must fit the whole path or what follows one of its dots.
bool plain_match(std::string_view key, std::string_view module) {
  if (key.size() > module.size()) return false;
  const std::size_t start = module.size() - key.size();
  if (start > 0 && module[start - 1] != '.') return false;
  return std::ranges::equal(key, module.substr(start), [](char k, char m) { return k == '.' || k == m; });
}

/// Repeated groups, such as (a+)+, make a backtracking matcher exponential; without them, few repetitions stay cheap.
bool is_cheap(std::string_view key) {
  if (key.size() > longest_key) return false;
  for (const std::string_view repeated : {")*", ")+", "){"}) {
    if (key.find(repeated) != std::string_view::npos) return false;
  }
  return std::ranges::count_if(key, [](char c) { return c == '*' || c == '+' || c == '{'; }) <= most_repetitions;
}

}  // namespace

bool matches_module(const std::string& key, const std::string& module, const std::string& source) {
  if (is_plain(key)) return plain_match(key, module);
  if (!is_cheap(key)) {
    fail(ExitCode::input, "{}: the pattern {} is too long or too intricate. Write out the module names.", source,
         shown(key));
  }
  try {
    return std::regex_match(module, std::regex("(.*\\.)?(" + key + ")"));
  } catch (const std::regex_error&) {
    fail(ExitCode::input,
         "{}: the pattern {} is not a regular expression that Shoal knows. Write out the module names.", source,
         shown(key));
  }
}

}  // namespace shoal::weights
