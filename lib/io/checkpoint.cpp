#include "io/checkpoint.hpp"

#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/hash.hpp"
#include "io/state_image.hpp"
#include "tensor/json_document.hpp"

namespace shoal::io {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr int format_version = 1;
constexpr const char* manifest_file = "manifest.json";
constexpr const char* state_file = "state.h5";
constexpr const char* temporary_prefix = ".tmp-";

/// Complete generations, newest first. Names are zero-padded, so text order is number order.
std::vector<fs::path> generations(const fs::path& root) {
  std::vector<fs::path> found;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(root, error)) {
    const std::string name = entry.path().filename().string();
    if (name.size() >= 6 && name.find_first_not_of("0123456789") == name.npos) found.push_back(entry.path());
  }
  std::ranges::sort(found, std::ranges::greater{});
  return found;
}

void remove_temporaries(const fs::path& root) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(root, error)) {
    if (entry.path().filename().string().starts_with(temporary_prefix)) fs::remove_all(entry.path(), error);
  }
}

std::string manifest_of(const Checkpoint& checkpoint, const std::string& image, const std::string& config_hash) {
  const Json file = {{"name", state_file}, {"bytes", image.size()}, {"xxh3", fmt::format("{:016x}", xxh3(image))}};
  const Json json = {{"format", format_version},
                     {"config_hash", config_hash},
                     {"iteration", checkpoint.state.iteration},
                     {"seed", checkpoint.state.seed},
                     {"search_seconds", checkpoint.search_seconds},
                     {"files", Json::array({file})},
                     {"complete", true}};
  return json.dump(1) + "\n";
}

/// The manifest's values, or Error{input} when they are not what this version writes.
struct Manifest {
  std::string config_hash;
  int iteration;
  double search_seconds;
  std::size_t bytes;
  std::string hash;
};

Manifest read_manifest(const fs::path& path) {
  const Json json = tensor::parse_json(read_text(path), path.string());
  try {
    if (json.at("format") != format_version) {
      fail(ExitCode::input, "{} has format {} (this version reads {}).", path.string(), json.at("format").dump(),
           format_version);
    }
    if (json.at("complete") != true) fail(ExitCode::input, "{} is not complete.", path.string());
    const Json& file = json.at("files").at(0);
    return {json.at("config_hash"), json.at("iteration"), json.at("search_seconds"), file.at("bytes"), file.at("xxh3")};
  } catch (const Json::exception& error) {
    fail(ExitCode::input, "{} is damaged ({}).", path.string(), error.what());
  }
}

struct Loaded {
  Manifest manifest;
  Checkpoint checkpoint;
};

Loaded load(const fs::path& folder) {
  const Manifest manifest = read_manifest(folder / manifest_file);
  const fs::path path = folder / state_file;
  std::string image = read_text(path);
  if (image.size() != manifest.bytes || fmt::format("{:016x}", xxh3(image)) != manifest.hash) {
    fail(ExitCode::input, "{} is damaged (its content is not what the manifest says).", path.string());
  }
  Loaded loaded{manifest, {decode(std::move(image), path.string()), manifest.search_seconds}};
  if (loaded.checkpoint.state.iteration != manifest.iteration) {
    fail(ExitCode::input, "{} is damaged (its iteration is not the manifest's).", path.string());
  }
  return loaded;
}

}  // namespace

CheckpointStore::CheckpointStore(fs::path run_dir, std::string config_hash, int keep, Warn warn)
    : root_(std::move(run_dir) / "checkpoints"),
      config_hash_(std::move(config_hash)),
      keep_(keep),
      warn_(std::move(warn)) {}

fs::path CheckpointStore::folder_of(int iteration) const { return root_ / fmt::format("{:06d}", iteration); }

void CheckpointStore::write(const Checkpoint& checkpoint) const {
  make_folders(root_);
  remove_temporaries(root_);
  const fs::path target = folder_of(checkpoint.state.iteration);
  const fs::path temporary = root_ / (temporary_prefix + target.filename().string());
  const std::string image = encode(checkpoint.state);
  make_folders(temporary);
  write_durably(temporary / state_file, image);
  write_durably(temporary / manifest_file, manifest_of(checkpoint, image, config_hash_));
  sync_folder(temporary);
  std::error_code error;
  fs::remove_all(target, error);  // a damaged one of the same iteration, or one of a search begun anew
  fs::rename(temporary, target, error);
  if (error) fail(ExitCode::resource, "cannot write checkpoint {} ({}).", target.string(), error.message());
  sync_folder(root_);
  load(target);
  remove_old();
}

void CheckpointStore::remove_old() const {
  const auto found = generations(root_);
  for (std::size_t i = static_cast<std::size_t>(keep_); i < found.size(); ++i) {
    std::error_code error;
    fs::remove_all(found[i], error);
  }
}

std::optional<Checkpoint> CheckpointStore::newest_valid() const {
  for (const fs::path& folder : generations(root_)) {
    try {
      Loaded loaded = load(folder);
      if (loaded.manifest.config_hash == config_hash_) return std::move(loaded.checkpoint);
      fail(ExitCode::usage,
           "run folder {} holds a search with another configuration. Start anew with --resume never, or choose another "
           "output.run_dir.",
           root_.parent_path().string());
    } catch (const Error& damage) {
      if (damage.code() == ExitCode::usage) throw;
      warn_(fmt::format("checkpoint {} is skipped: {}", folder.filename().string(), damage.what()));
    }
  }
  return std::nullopt;
}

void CheckpointStore::clear() const {
  std::error_code error;
  fs::remove_all(root_, error);
  if (error) fail(ExitCode::resource, "cannot remove {} ({}).", root_.string(), error.message());
}

}  // namespace shoal::io
