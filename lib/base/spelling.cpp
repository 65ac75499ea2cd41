#include "base/spelling.hpp"

#include <algorithm>
#include <numeric>

#include "base/error.hpp"

namespace shoal {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substitute = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({substitute, row[j] + 1, row[j - 1] + 1}));
    }
  }
  return row.back();
}

std::string nearest(std::string_view word, std::span<const std::string> candidates) {
  expect(!candidates.empty(), "nearest needs a candidate.");
  return *std::ranges::min_element(candidates, {},
                                   [&](const std::string& candidate) { return edit_distance(word, candidate); });
}

}  // namespace shoal
