#pragma once

#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/enum_names.hpp"

namespace shoal::config {

/// One YAML document, strictly: UTF-8, one document, no aliases, bounded depth. `source` is its name in messages.
/// Throws Error{usage}.
YAML::Node parse_yaml(const std::string& text, const std::string& source);

/// Sets `path` ("swarm.particles", "utility.tasks.0.limit") in a document to a value in YAML notation, as --set does.
/// Throws Error{usage}.
void override_key(YAML::Node& document, const std::string& assignment);

/// A path as it was written, and the folder that it is relative to: the file's, or the current one for --set.
struct WrittenPath {
  std::filesystem::path folder;
  std::string text;

  /// Without . and .. and without a slash at the end.
  std::filesystem::path resolved() const;
};

/// A mapping of which every key must be asked for: unknown keys, repeated keys and values of another type are errors
/// that name file, line and key.
class YamlMap {
 public:
  /// `path` is the dotted place of the mapping, empty for the whole document.
  YamlMap(YAML::Node node, std::string source, std::string path);

  bool has(const std::string& key);  ///< present and not null
  std::optional<std::string> text(const std::string& key);
  std::optional<double> number(const std::string& key);
  std::optional<std::int64_t> integer(const std::string& key);
  std::optional<bool> flag(const std::string& key);
  std::optional<std::vector<std::string>> texts(const std::string& key);
  std::optional<std::vector<double>> numbers(const std::string& key);
  std::optional<std::vector<std::int64_t>> integers(const std::string& key);
  /// `folder` is the configuration file's.
  std::optional<WrittenPath> path(const std::string& key, const std::filesystem::path& folder);
  std::optional<std::vector<WrittenPath>> paths(const std::string& key, const std::filesystem::path& folder);
  std::optional<YamlMap> map(const std::string& key);
  std::vector<YamlMap> maps(const std::string& key);
  /// A list whose entries are mappings, or texts that stand for a mapping with nothing but `short_key`.
  std::vector<YamlMap> maps_or_texts(const std::string& key, const std::string& short_key);

  /// One of `names`, as its index. Throws Error{usage} naming the nearest.
  std::optional<std::size_t> choice(const std::string& key, const std::vector<std::string>& names);
  template <typename Enum>
  void choose(const std::string& key, const EnumNames<Enum>& names, Enum& value) {
    if (const auto index = choice(key, names.all())) value = static_cast<Enum>(*index);
  }

  bool is_map(const std::string& key);
  bool is_sequence(const std::string& key);

  /// This mapping with the keys of `defaults` where it has none of its own; but `replaced` always comes from there.
  YamlMap over(const YAML::Node& defaults, const std::string& replaced) const;

  /// Throws Error{usage} for keys that nobody asked for, naming the nearest known one.
  void finish() const;

  [[noreturn]] void reject(const std::string& key, const std::string& why) const;

 private:
  YAML::Node find(const std::string& key);
  std::string place(const YAML::Node& node, const std::string& key) const;
  WrittenPath written_path(const YAML::Node& value, const std::string& key, const std::filesystem::path& folder) const;
  template <typename T>
  std::optional<T> scalar(const std::string& key, const char* what);
  template <typename T>
  std::optional<std::vector<T>> list(const std::string& key, const char* what);

  YAML::Node node_;
  std::string source_;
  std::string path_;
  std::set<std::string> known_;
};

}  // namespace shoal::config
