#include "checkpoint/checkpoint_manifest.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "base/file.hpp"
#include "base/hash.hpp"
#include "base/json_document.hpp"
#include "base/json_text.hpp"

namespace shoal::checkpoint {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

// 3: positions that ranks have reached lie in files of their own, which several generations may share.
// 2: files have a kind and a rank. 1: one file, state.h5, with neither.
constexpr int format_version = 3;
constexpr int oldest_format = 1;
constexpr const char* seal_key = "xxh3";

std::string hash_of(const std::string& bytes) { return fmt::format("{:016x}", xxh3(bytes)); }

/// Check sum of all entries but the check sum; keys are sorted, so that the same values always give the same text.
std::string seal_of(Json json) {
  json.erase(seal_key);
  return hash_of(json_text(json));
}

/// The sealed values, or Error{input}. All formats are sealed in the same way, so that a later one can be told from a
/// damaged one.
void check_seal(const Json& json, const fs::path& path) {
  if (json.at(seal_key) != seal_of(json)) {
    fail(ExitCode::input, "{} is damaged (its content is not what its check sum says).", path.string());
  }
  const int format = json.at("format");
  if (format > format_version) {
    throw NewerFormat(ExitCode::input,
                      fmt::format("{} has format {} (this version reads {} to {}). Continue with the newer Shoal that "
                                  "wrote it, or start anew with --resume never.",
                                  path.string(), format, oldest_format, format_version));
  }
  if (format < oldest_format) fail(ExitCode::input, "{} has the unknown format {}.", path.string(), format);
  if (json.at("complete") != true) fail(ExitCode::input, "{} is not complete.", path.string());
}

Manifest::File file_of(const Json& json, int format) {
  Manifest::File file{json.at("name"), json.at("bytes"), json.at("xxh3"), "state", std::nullopt};
  if (format < 2) return file;
  file.kind = json.at("kind");
  if (!json.at("rank").is_null()) file.rank = json.at("rank").get<int>();
  return file;
}

Json json_of(std::span<const Manifest::File> files) {
  Json list = Json::array();
  for (const Manifest::File& file : files) {
    list.push_back({{"name", file.name},
                    {"bytes", file.bytes},
                    {"xxh3", file.xxh3},
                    {"kind", file.kind},
                    {"rank", file.rank ? Json(*file.rank) : Json()}});
  }
  return list;
}

std::vector<Manifest::File> files_of(const Json& list, int format) {
  std::vector<Manifest::File> files;
  for (const Json& file : list) files.push_back(file_of(file, format));
  return files;
}

Manifest values_of(const Json& json) {
  return {json.at("config_hash"), json.at("iteration"), json.at("seed"), json.at("search_seconds"),
          files_of(json.at("files"), json.at("format"))};
}

/// What nobody who writes manifests would put into one.
void check_files(const Manifest& manifest, const fs::path& path) {
  const auto is_state = [](const Manifest::File& file) { return file.kind == "state"; };
  if (std::ranges::count_if(manifest.files, is_state) != 1)
    fail(ExitCode::input, "{} does not list exactly one file of kind state.", path.string());
  for (const Manifest::File& file : manifest.files) {
    if (file.name.empty() || file.name.starts_with('.') || file.name.find('/') != file.name.npos)
      fail(ExitCode::input, "{} lists the file '{}', which is no name within its folder.", path.string(), file.name);
  }
}

}  // namespace

const Manifest::File& Manifest::state() const {
  const auto found = std::ranges::find(files, "state", &File::kind);
  if (found == files.end()) throw std::out_of_range("a manifest without a state");
  return *found;
}

Manifest::File describe(const std::string& name, const std::string& bytes) {
  return {name, bytes.size(), hash_of(bytes), "state", std::nullopt};
}

Manifest::File describe(const std::string& name, const std::string& kind, int rank,
                        std::span<const std::string_view> pieces) {
  std::uint64_t bytes = 0;
  for (const std::string_view piece : pieces) bytes += piece.size();
  return {name, bytes, fmt::format("{:016x}", xxh3(pieces)), kind, rank};
}

std::string files_to_json(std::span<const Manifest::File> files) { return json_text(json_of(files)); }

std::vector<Manifest::File> files_from_json(const std::string& text, const std::string& source) {
  const Json json = parse_json(text, source);
  try {
    return files_of(json, format_version);
  } catch (const Json::exception& error) {
    fail(ExitCode::input, "{} is damaged ({}).", source, error.what());
  }
}

std::string to_json(const Manifest& manifest) {
  Json json = {
      {"format", format_version}, {"config_hash", manifest.config_hash},       {"iteration", manifest.iteration},
      {"seed", manifest.seed},    {"search_seconds", manifest.search_seconds}, {"files", json_of(manifest.files)},
      {"complete", true}};
  json[seal_key] = seal_of(json);
  return json_text(json, 1) + "\n";
}

Manifest read_manifest(const fs::path& path) {
  const Json json = parse_json(read_text(path), path.string());
  try {
    check_seal(json, path);
    Manifest manifest = values_of(json);
    check_files(manifest, path);
    return manifest;
  } catch (const Json::exception& error) {
    fail(ExitCode::input, "{} is damaged ({}).", path.string(), error.what());
  }
}

void check_content(const fs::path& folder, const Manifest::File& file) {
  const MappedFile mapped(folder / file.name);
  const auto bytes = mapped.bytes();
  const std::string_view piece(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (bytes.size() == file.bytes && fmt::format("{:016x}", xxh3(std::span(&piece, 1))) == file.xxh3) return;
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

}  // namespace shoal::checkpoint
