#include "checkpoint/checkpoint.hpp"

#include <algorithm>
#include <cstdlib>
#include <system_error>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "checkpoint/state_image.hpp"

namespace shoal::checkpoint {
namespace {

namespace fs = std::filesystem;

constexpr const char* manifest_file = "manifest.json";
constexpr const char* state_file = "state.h5";
constexpr const char* temporary_prefix = ".tmp-";
constexpr double mib = 1024.0 * 1024.0;

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

int iteration_of(const fs::path& folder) { return std::atoi(folder.filename().c_str()); }

/// What ranks have written beside the state, in rank order.
std::vector<Manifest::File> rank_files_of(const Manifest& manifest) {
  std::vector<Manifest::File> files;
  std::ranges::copy_if(manifest.files, std::back_inserter(files),
                       [](const auto& file) { return file.rank.has_value(); });
  std::ranges::sort(files, {}, [](const auto& file) { return *file.rank; });
  return files;
}

/// A manifest that lies where it belongs: a folder with another's name would be taken for newer or older than it is.
Manifest read_manifest_of(const fs::path& folder, int iteration) {
  Manifest manifest = read_manifest(folder / manifest_file);
  if (manifest.iteration != iteration) {
    fail(ExitCode::input, "{} is of iteration {} and not of {}.", (folder / manifest_file).string(), manifest.iteration,
         iteration);
  }
  return manifest;
}

Loaded load(const fs::path& folder) {
  const Manifest manifest = read_manifest_of(folder, iteration_of(folder));
  const std::string path = (folder / manifest.state().name).string();
  Checkpoint checkpoint{decode(read_checked(folder, manifest.state()), path), manifest.search_seconds};
  if (checkpoint.state.iteration != manifest.iteration) {
    fail(ExitCode::input, "{} is damaged (its iteration is not the manifest's).", path);
  }
  for (const Manifest::File& file : rank_files_of(manifest)) check_content(folder, file);
  return {manifest.config_hash, std::move(checkpoint)};
}

/// Whether the bytes are those that were written; what they mean was settled when they were.
bool is_intact(const fs::path& folder, int iteration) {
  try {
    const Manifest manifest = read_manifest_of(folder, iteration);
    read_checked(folder, manifest.state());
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
  Generation generation{folder, iteration_of(folder), bytes_in(folder), std::nullopt, {}, false};
  try {
    generation.search_seconds = read_manifest_of(folder, iteration_of(folder)).search_seconds;
    load(folder);
  } catch (const NewerFormat& newer) {
    generation.problem = newer.what();
    generation.newer_format = true;
  } catch (const Error& damage) {
    generation.problem = damage.what();
  }
  return generation;
}

/// A complete generation under a temporary name, read back once.
void write_generation(const fs::path& folder, const CheckpointImage& image, const std::string& config_hash,
                      std::span<const Manifest::File> rank_files) {
  Manifest manifest{
      config_hash, image.iteration, image.seed, image.search_seconds, {describe(state_file, image.state)}};
  manifest.files.insert(manifest.files.end(), rank_files.begin(), rank_files.end());
  make_folders(folder);
  write_durably(folder / state_file, image.state);
  write_durably(folder / manifest_file, to_json(manifest));
  sync_folder(folder);
  if (!is_intact(folder, image.iteration)) {
    fail(ExitCode::resource, "checkpoint {} does not read back as it was written. Check the disk.", folder.string());
  }
}

/// Better no checkpoint than half of one; what else the run folder needs meanwhile is in the margin.
void check_space(const fs::path& root, const CheckpointImage& image) {
  constexpr std::uint64_t margin = 64 * 1024;  // bytes: the manifest, folders, a file system's own pages
  const std::uint64_t needed = image.state.size() + margin;
  const std::uint64_t available = free_bytes(root);
  if (available >= needed) return;
  fail(ExitCode::resource,
       "cannot write the checkpoint of iteration {} to {} (it needs {:.2f} MiB and {:.2f} MiB are free). Free space; "
       "the "
       "same command then continues.",
       image.iteration, root.string(), static_cast<double>(needed) / mib, static_cast<double>(available) / mib);
}

/// The folder of the generations. A folder whose own name was never synced could go with the power, and take them
/// along.
void make_root(const fs::path& root) {
  if (fs::exists(root)) return;
  make_folders(root);
  sync_folder(root.parent_path());
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

CheckpointImage image_of(const swarm::SwarmState& state, double search_seconds) {
  return {state.iteration, state.seed, search_seconds, encode(state)};
}

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
  make_root(root_);
  remove_temporaries(root_);
  const fs::path folder = temporary_folder(iteration);
  make_folders(folder);
  return folder;
}

void CheckpointStore::abandon() const { remove_temporaries(root_); }

std::vector<Manifest::File> CheckpointStore::rank_files(int iteration) const {
  return rank_files_of(read_manifest_of(folder_of(iteration), iteration));
}

void CheckpointStore::write(const CheckpointImage& image) const {
  prepare(image.iteration);
  write(image, {});
}

void CheckpointStore::write(const CheckpointImage& image, std::span<const Manifest::File> rank_files) const {
  try {
    check_space(root_, image);
    write_generation(temporary_folder(image.iteration), image, config_hash_, rank_files);
    publish(temporary_folder(image.iteration), folder_of(image.iteration));
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
    } else if (is_intact(folder, iteration_of(folder))) {
      ++intact;  // a damaged one does not take an intact one's place
    }
  }
}

std::optional<Checkpoint> CheckpointStore::newest_valid() const {
  const auto folders = generations(root_);
  for (const fs::path& folder : folders) {
    try {
      Loaded loaded = load(folder);
      if (loaded.config_hash == config_hash_) return std::move(loaded.checkpoint);
      fail(ExitCode::usage,
           "run folder {} holds a search with another configuration. Start anew with --resume never, or choose another "
           "output.run_dir.",
           root_.parent_path().string());
    } catch (const NewerFormat&) {
      throw;
    } catch (const Error& damage) {
      if (damage.code() == ExitCode::usage) throw;
      warn_(fmt::format("checkpoint {} is skipped: {}", folder.filename().string(), damage.what()));
    }
  }
  if (folders.empty()) return std::nullopt;
  // Starting anew would overwrite work that somebody may still want to rescue.
  fail(ExitCode::input,
       "none of the {} checkpoints in {} is valid (all are damaged). Restore one from a copy, or start anew with "
       "--resume "
       "never, which removes them.",
       folders.size(), root_.string());
}

void CheckpointStore::clear() const {
  const fs::path leaving = root_.parent_path() / (temporary_prefix + root_.filename().string());
  std::error_code error;
  fs::remove_all(leaving, error);
  if (!error) fs::rename(root_, leaving, error);
  if (error == std::errc::no_such_file_or_directory) return;
  if (!error) fs::remove_all(leaving, error);
  if (error) fail(ExitCode::resource, "cannot remove {} ({}).", root_.string(), error.message());
}

std::vector<Generation> inspect_checkpoints(const fs::path& run_dir) {
  std::vector<Generation> found;
  for (const fs::path& folder : generations(run_dir / "checkpoints")) found.push_back(inspect(folder));
  return found;
}

}  // namespace shoal::checkpoint
