#include "text/placeholders.hpp"

#include <algorithm>

namespace shoal::text {

std::string fill_placeholders(const std::string& form, const std::vector<std::pair<std::string, std::string>>& texts) {
  std::string filled;
  for (std::size_t at = 0; at < form.size();) {
    const auto here = std::ranges::find_if(
        texts, [&](const auto& text) { return form.compare(at, text.first.size(), text.first) == 0; });
    if (here == texts.end()) {
      filled += form[at++];
    } else {
      filled += here->second;
      at += here->first.size();
    }
  }
  return filled;
}

}  // namespace shoal::text
