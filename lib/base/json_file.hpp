#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace shoal {

/// A JSON file of a model folder with lookups that name file and key when something does not fit.
class JsonFile {
 public:
  /// Throws Error{input} when the file is missing, not JSON, or not an object.
  explicit JsonFile(const std::filesystem::path& path);

  const nlohmann::json& root() const { return root_; }
  const std::filesystem::path& path() const { return path_; }

  /// True when the key is there and not null.
  bool has(const std::string& key) const;

  /// A whole number in [1, 2^31). Throws Error{input}.
  std::int64_t count(const std::string& key) const;
  std::int64_t count_or(const std::string& key, std::int64_t otherwise) const;

  /// Throws Error{input} when the value is there but not a number, or not finite.
  double number_or(const std::string& key, double otherwise) const;
  bool flag_or(const std::string& key, bool otherwise) const;
  std::string text_or(const std::string& key, const std::string& otherwise) const;

  /// The object under `key` as if it were a file of its own (messages keep the path and prefix the key).
  JsonFile child(const std::string& key) const;

  /// The objects of the list under `key`, likewise.
  std::vector<JsonFile> children(const std::string& key) const;

  /// Throws Error{input} saying that the value of `key` cannot be used, and why.
  [[noreturn]] void reject(const std::string& key, const std::string& why) const;

 private:
  JsonFile(std::filesystem::path path, std::string prefix, nlohmann::json root);

  std::filesystem::path path_;
  std::string prefix_;
  nlohmann::json root_;
};

}  // namespace shoal
