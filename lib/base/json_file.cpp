#include "base/json_file.hpp"

#include <cmath>
#include <limits>
#include <utility>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/json_document.hpp"

namespace shoal {

JsonFile::JsonFile(const std::filesystem::path& path) : JsonFile(path, "", parse_json(read_text(path), path.string())) {
  if (!root_.is_object()) {
    fail(ExitCode::input, "{} is not a JSON object (it is a {}). Restore the file from the model's source.",
         path.string(), root_.type_name());
  }
}

JsonFile::JsonFile(std::filesystem::path path, std::string prefix, nlohmann::json root)
    : path_(std::move(path)), prefix_(std::move(prefix)), root_(std::move(root)) {}

bool JsonFile::has(const std::string& key) const { return root_.contains(key) && !root_.at(key).is_null(); }

std::int64_t JsonFile::count(const std::string& key) const {
  if (!has(key)) reject(key, "it is missing");
  const nlohmann::json& value = root_.at(key);
  if (!value.is_number_integer()) reject(key, "it is not a whole number");
  const auto number =
      value.is_number_unsigned() && value.get<std::uint64_t>() > std::numeric_limits<std::int32_t>::max()
          ? std::int64_t{0}
          : value.get<std::int64_t>();
  if (number < 1 || number > std::numeric_limits<std::int32_t>::max()) reject(key, "it is out of range");
  return number;
}

std::int64_t JsonFile::count_or(const std::string& key, std::int64_t otherwise) const {
  return has(key) ? count(key) : otherwise;
}

double JsonFile::number_or(const std::string& key, double otherwise) const {
  if (!has(key)) return otherwise;
  if (!root_.at(key).is_number()) reject(key, "it is not a number");
  const auto value = root_.at(key).get<double>();
  if (!std::isfinite(value)) reject(key, "it is not finite");
  return value;
}

bool JsonFile::flag_or(const std::string& key, bool otherwise) const {
  if (!has(key)) return otherwise;
  if (!root_.at(key).is_boolean()) reject(key, "it is neither true nor false");
  return root_.at(key).get<bool>();
}

std::string JsonFile::text_or(const std::string& key, const std::string& otherwise) const {
  if (!has(key)) return otherwise;
  if (!root_.at(key).is_string()) reject(key, "it is not a string");
  return root_.at(key).get<std::string>();
}

JsonFile JsonFile::child(const std::string& key) const {
  if (!has(key) || !root_.at(key).is_object()) reject(key, "it is not an object");
  return JsonFile(path_, prefix_ + key + ".", root_.at(key));
}

std::vector<JsonFile> JsonFile::children(const std::string& key) const {
  if (!has(key) || !root_.at(key).is_array()) reject(key, "it is not a list");
  std::vector<JsonFile> list;
  for (std::size_t i = 0; i < root_.at(key).size(); ++i) {
    if (!root_.at(key)[i].is_object()) reject(key, "an entry is not an object");
    list.push_back(JsonFile(path_, fmt::format("{}{}[{}].", prefix_, key, i), root_.at(key)[i]));
  }
  return list;
}

void JsonFile::reject(const std::string& key, const std::string& why) const {
  fail(ExitCode::input, "{}: \"{}{}\" cannot be used ({}). Restore the file from the model's source.", path_.string(),
       prefix_, key, why);
}

}  // namespace shoal
