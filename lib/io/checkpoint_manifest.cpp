#include "io/checkpoint_manifest.hpp"

#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/hash.hpp"
#include "tensor/json_document.hpp"

namespace shoal::io {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr int format_version = 1;
constexpr const char* seal_key = "xxh3";

std::string hash_of(const std::string& bytes) { return fmt::format("{:016x}", xxh3(bytes)); }

/// Check sum of all entries but the check sum; keys are sorted, so that the same values always give the same text.
std::string seal_of(Json json) {
  json.erase(seal_key);
  return hash_of(json.dump());
}

/// The sealed values, or Error{input}. Another format may be sealed in another way, so the format comes first.
void check_seal(const Json& json, const fs::path& path) {
  if (json.at("format") != format_version) {
    fail(ExitCode::input, "{} has format {} (this version reads {}).", path.string(), json.at("format").dump(),
         format_version);
  }
  if (json.at(seal_key) != seal_of(json)) {
    fail(ExitCode::input, "{} is damaged (its content is not what its check sum says).", path.string());
  }
  if (json.at("complete") != true) fail(ExitCode::input, "{} is not complete.", path.string());
}

Manifest values_of(const Json& json) {
  Manifest manifest{json.at("config_hash"), json.at("iteration"), json.at("seed"), json.at("search_seconds"), {}};
  for (const Json& file : json.at("files")) {
    manifest.files.push_back({file.at("name"), file.at("bytes"), file.at("xxh3")});
  }
  return manifest;
}

}  // namespace

Manifest::File describe(const std::string& name, const std::string& bytes) {
  return {name, bytes.size(), hash_of(bytes)};
}

Manifest::File describe(const std::string& name, std::span<const std::string_view> pieces) {
  std::uint64_t bytes = 0;
  for (const std::string_view piece : pieces) bytes += piece.size();
  return {name, bytes, fmt::format("{:016x}", xxh3(pieces))};
}

std::string to_json(const Manifest& manifest) {
  Json files = Json::array();
  for (const Manifest::File& file : manifest.files) {
    files.push_back({{"name", file.name}, {"bytes", file.bytes}, {"xxh3", file.xxh3}});
  }
  Json json = {
      {"format", format_version}, {"config_hash", manifest.config_hash},       {"iteration", manifest.iteration},
      {"seed", manifest.seed},    {"search_seconds", manifest.search_seconds}, {"files", files},
      {"complete", true}};
  json[seal_key] = seal_of(json);
  return json.dump(1) + "\n";
}

Manifest read_manifest(const fs::path& path) {
  const Json json = tensor::parse_json(read_text(path), path.string());
  try {
    check_seal(json, path);
    return values_of(json);
  } catch (const Json::exception& error) {
    fail(ExitCode::input, "{} is damaged ({}).", path.string(), error.what());
  }
}

void check_content(const fs::path& folder, const Manifest::File& file) {
  const MappedFile mapped(folder / file.name);
  const auto bytes = mapped.bytes();
  const std::string_view piece(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (bytes.size() == file.bytes && describe(file.name, std::span(&piece, 1)).xxh3 == file.xxh3) return;
  fail(ExitCode::input, "{} is damaged (its content is not what the manifest says).", (folder / file.name).string());
}

std::string read_checked(const fs::path& folder, const Manifest::File& file) {
  const fs::path path = folder / file.name;
  std::string bytes = read_text(path);
  if (bytes.size() != file.bytes || hash_of(bytes) != file.xxh3) {
    fail(ExitCode::input, "{} is damaged (its content is not what the manifest says).", path.string());
  }
  return bytes;
}

}  // namespace shoal::io
