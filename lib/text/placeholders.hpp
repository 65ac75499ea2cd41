#pragma once

#include <string>
#include <utility>
#include <vector>

namespace shoal::text {

/// `form` with every {name} replaced by its text, left to right and once, so that braces inside the texts stay what
/// they are. Names come with their braces.
std::string fill_placeholders(const std::string& form, const std::vector<std::pair<std::string, std::string>>& texts);

}  // namespace shoal::text
