#include "io/checkpoint.hpp"

#include <algorithm>
#include <cstdlib>
#include <system_error>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "io/dense_file.hpp"
#include "io/state_image.hpp"

namespace shoal::io {
namespace {

namespace fs = std::filesystem;

constexpr const char* manifest_file = "manifest.json";
constexpr const char* state_file = "state.h5";
constexpr const char* temporary_prefix = ".tmp-";

/// Generations, newest first. Names are zero-padded, so text order is number order.
std::vector<fs::path> generations(const fs::path& root) {
  std::error_code error;
  fs::directory_iterator entries(root, error);
  // A folder that is there but cannot be read must not look like a search that has not begun.
  if (error && error != std::errc::no_such_file_or_directory) {
    fail(ExitCode::resource, "cannot read {} ({}).", root.string(), error.message());
  }
  std::vector<fs::path> found;
  for (const auto& entry : entries) {
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

struct Loaded {
  std::string config_hash;
  Checkpoint checkpoint;
};

/// The state, then one file per rank, or none.
bool has_expected_names(std::span<const Manifest::File> files) {
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (files[i].name != (i == 0 ? state_file : dense_file_name(static_cast<int>(i) - 1))) return false;
  }
  return true;
}

std::span<const Manifest::File> rank_files_of(const Manifest& manifest) { return std::span(manifest.files).subspan(1); }

Manifest read_manifest_of(const fs::path& folder) {
  Manifest manifest = read_manifest(folder / manifest_file);
  if (manifest.files.empty() || !has_expected_names(manifest.files)) {
    fail(ExitCode::input, "{} lists other files than {}.", (folder / manifest_file).string(), state_file);
  }
  return manifest;
}

Loaded load(const fs::path& folder) {
  const Manifest manifest = read_manifest_of(folder);
  const std::string path = (folder / state_file).string();
  Checkpoint checkpoint{decode(read_checked(folder, manifest.files[0]), path), manifest.search_seconds};
  if (checkpoint.state.iteration != manifest.iteration) {
    fail(ExitCode::input, "{} is damaged (its iteration is not the manifest's).", path);
  }
  for (const Manifest::File& file : rank_files_of(manifest)) check_content(folder, file);
  return {manifest.config_hash, std::move(checkpoint)};
}

/// Whether the bytes are those that were written; what they mean was settled when they were.
bool is_intact(const fs::path& folder) {
  try {
    const Manifest manifest = read_manifest_of(folder);
    read_checked(folder, manifest.files[0]);
    // Gigabytes are not read back every time: that would come from the page cache and say little about the disk.
    return std::ranges::all_of(rank_files_of(manifest), [&](const Manifest::File& file) {
      std::error_code error;
      return fs::file_size(folder / file.name, error) == file.bytes && !error;
    });
  } catch (const Error&) {
    return false;
  }
}

std::uint64_t bytes_in(const fs::path& folder) {
  std::uint64_t bytes = 0;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const auto size = entry.file_size(error);
    if (!error) bytes += size;
  }
  return bytes;
}

Generation inspect(const fs::path& folder) {
  Generation generation{folder, std::atoi(folder.filename().c_str()), bytes_in(folder), std::nullopt, {}};
  try {
    generation.search_seconds = read_manifest_of(folder).search_seconds;
    load(folder);
  } catch (const Error& damage) {
    generation.problem = damage.what();
  }
  return generation;
}

/// A complete generation under a temporary name, read back once.
void write_generation(const fs::path& folder, const Checkpoint& checkpoint, const std::string& config_hash,
                      std::span<const Manifest::File> rank_files) {
  const swarm::SwarmState& state = checkpoint.state;
  const std::string image = encode(state);
  Manifest manifest{config_hash, state.iteration, state.seed, checkpoint.search_seconds, {describe(state_file, image)}};
  manifest.files.insert(manifest.files.end(), rank_files.begin(), rank_files.end());
  make_folders(folder);
  write_durably(folder / state_file, image);
  write_durably(folder / manifest_file, to_json(manifest));
  sync_folder(folder);
  if (!is_intact(folder)) {
    fail(ExitCode::resource, "checkpoint {} does not read back as it was written. Check the disk.", folder.string());
  }
}

/// Gives a generation its name; from then on it counts.
void publish(const fs::path& temporary, const fs::path& target) {
  std::error_code error;
  fs::remove_all(target, error);  // a damaged one of the same iteration
  fs::rename(temporary, target, error);
  if (error) fail(ExitCode::resource, "cannot write checkpoint {} ({}).", target.string(), error.message());
  sync_folder(target.parent_path());
}

}  // namespace

CheckpointStore::CheckpointStore(fs::path run_dir, std::string config_hash, int keep, Warn warn)
    : root_(std::move(run_dir) / "checkpoints"),
      config_hash_(std::move(config_hash)),
      keep_(keep),
      warn_(std::move(warn)) {}

fs::path CheckpointStore::folder_of(int iteration) const { return root_ / fmt::format("{:06d}", iteration); }

fs::path CheckpointStore::temporary_folder(int iteration) const {
  return root_ / (temporary_prefix + folder_of(iteration).filename().string());
}

fs::path CheckpointStore::prepare(int iteration) const {
  make_folders(root_);
  remove_temporaries(root_);
  const fs::path folder = temporary_folder(iteration);
  make_folders(folder);
  return folder;
}

void CheckpointStore::abandon() const { remove_temporaries(root_); }

std::vector<Manifest::File> CheckpointStore::rank_files(int iteration) const {
  const Manifest manifest = read_manifest_of(folder_of(iteration));
  const auto files = rank_files_of(manifest);
  return {files.begin(), files.end()};
}

void CheckpointStore::write(const Checkpoint& checkpoint) const {
  prepare(checkpoint.state.iteration);
  write(checkpoint, {});
}

void CheckpointStore::write(const Checkpoint& checkpoint, std::span<const Manifest::File> rank_files) const {
  try {
    const int iteration = checkpoint.state.iteration;
    write_generation(temporary_folder(iteration), checkpoint, config_hash_, rank_files);
    publish(temporary_folder(iteration), folder_of(iteration));
  } catch (const Error&) {
    remove_temporaries(root_);  // half a checkpoint would keep a full disk full
    throw;
  }
  remove_old();
}

void CheckpointStore::remove_old() const {
  int intact = 0;
  for (const fs::path& folder : generations(root_)) {
    std::error_code error;
    if (intact >= keep_) {
      fs::remove_all(folder, error);
    } else if (is_intact(folder)) {
      ++intact;  // a damaged one does not take an intact one's place
    }
  }
}

std::optional<Checkpoint> CheckpointStore::newest_valid() const {
  for (const fs::path& folder : generations(root_)) {
    try {
      Loaded loaded = load(folder);
      if (loaded.config_hash == config_hash_) return std::move(loaded.checkpoint);
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

std::vector<Generation> inspect_checkpoints(const fs::path& run_dir) {
  std::vector<Generation> found;
  for (const fs::path& folder : generations(run_dir / "checkpoints")) found.push_back(inspect(folder));
  return found;
}

}  // namespace shoal::io
