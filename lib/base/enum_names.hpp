#pragma once

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace shoal {

/// What the values of an enumeration are called in files and messages. Values count from 0 in the order of the names.
template <typename Enum>
class EnumNames {
 public:
  EnumNames(std::initializer_list<const char*> names) : names_(names.begin(), names.end()) {}

  const std::string& of(Enum value) const { return names_.at(static_cast<std::size_t>(value)); }

  /// The value of that name, if there is one.
  std::optional<Enum> find(std::string_view name) const {
    const auto found = std::ranges::find(names_, name);
    return found == names_.end() ? std::nullopt : std::optional(static_cast<Enum>(found - names_.begin()));
  }

  const std::vector<std::string>& all() const { return names_; }

 private:
  std::vector<std::string> names_;
};

}  // namespace shoal
