#include "task/majority.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace shoal::task {
namespace {

struct Party {
  std::string_view answer;
  std::size_t first_voter;
  int votes = 0;
  double utility = 0.0;

  bool stronger_than(const Party& other) const {
    return votes != other.votes ? votes > other.votes : utility > other.utility;
  }
};

/// In the order of their first voters.
std::vector<Party> parties_of(std::span<const std::optional<std::string>> answers, std::span<const double> utilities) {
  std::vector<Party> parties;
  for (std::size_t voter = 0; voter < answers.size(); ++voter) {
    if (!answers[voter]) continue;
    auto party = std::ranges::find(parties, std::string_view(*answers[voter]), &Party::answer);
    if (party == parties.end()) party = parties.insert(party, {*answers[voter], voter});
    ++party->votes;
    party->utility += utilities[voter];
  }
  return parties;
}

}  // namespace

std::size_t majority(std::span<const std::optional<std::string>> answers, std::span<const double> utilities) {
  const std::vector<Party> parties = parties_of(answers, utilities);
  if (parties.empty()) return static_cast<std::size_t>(std::ranges::max_element(utilities) - utilities.begin());
  const Party* winner = &parties.front();
  for (const Party& party : parties) {
    if (party.stronger_than(*winner)) winner = &party;
  }
  return winner->first_voter;
}

}  // namespace shoal::task
