#include "task/self_check.hpp"

#include "task/pattern.hpp"
#include "text/text.hpp"

namespace shoal::task {
namespace {

constexpr double score_of_abstaining = 0.5;
const std::string default_check = "Is the proposed answer true or false? Directly answer with true or false.";

/// Where a verdict stands.
struct Found {
  bool verdict;
  std::size_t end;  // bytes
};

std::optional<Found> find_verdict(std::string_view reply) {
  static const Pattern yes("true", Boundary::whole_word, Case::insensitive);
  static const Pattern no("false", Boundary::whole_word, Case::insensitive);
  const auto good = yes.find(reply);
  const auto bad = no.find(reply);
  if (good && (!bad || good->begin < bad->begin)) return Found{true, good->end};
  if (bad) return Found{false, bad->end};
  return std::nullopt;
}

}  // namespace

std::string self_check_prompt(const TaskConfig& config, const std::string& prompt, const Choice& proposed) {
  return prompt + "\nProposed answer: " + proposed.key + ": " + proposed.text + "\n" +
         config.check.value_or(default_check);
}

std::optional<bool> verdict_in(std::string_view reply) {
  const auto found = find_verdict(reply);
  return found ? std::optional(found->verdict) : std::nullopt;
}

// A word is one only when the next character is known not to continue it; an unfinished character is U+FFFD for now.
bool verdict_settled(std::string_view reply) {
  constexpr std::string_view replacement = "\xEF\xBF\xBD";
  while (reply.ends_with(replacement)) reply.remove_suffix(replacement.size());
  const auto found = find_verdict(reply);
  return found && found->end < reply.size();
}

Outcome checked(Outcome first, const std::string& reply) {
  const auto verdict = verdict_in(reply);
  const bool abstains = verdict && !*verdict;
  first.parsed = first.parsed && verdict;
  if (abstains) first.score = score_of_abstaining;
  first.details.push_back({"self_check", reply});
  first.details.push_back({"abstained", abstains ? 1.0 : 0.0});
  return first;
}

}  // namespace shoal::task
