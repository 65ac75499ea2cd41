#include "text/tokenizer/vocabulary.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/json_document.hpp"

namespace shoal::text {
namespace {

using Vocabulary = std::map<std::int32_t, std::string>;

std::string token_at(const Vocabulary& vocabulary, std::int32_t id) {
  const auto found = vocabulary.find(id);
  return found == vocabulary.end() ? "missing" : shown(found->second);
}

}  // namespace

std::string first_difference(const Tokenizer& here, const Tokenizer& there) {
  const Vocabulary ours = here.vocabulary();
  const Vocabulary theirs = there.vocabulary();
  const auto [our, their] = std::ranges::mismatch(ours, theirs);
  if (our == ours.end() && their == theirs.end()) return "";
  const std::int32_t id = our == ours.end()       ? their->first
                          : their == theirs.end() ? our->first
                                                  : std::min(our->first, their->first);
  return fmt::format("token {} is {} there and {} here", id, token_at(theirs, id), token_at(ours, id));
}

}  // namespace shoal::text
