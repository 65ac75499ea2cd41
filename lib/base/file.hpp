#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace shoal {

/// The whole of a regular file. Throws Error{input} when it is missing, a folder or unreadable.
std::string read_text(const std::filesystem::path& path);

/// Writes `bytes` to a temporary name beside `path`, fsyncs, renames over `path` and fsyncs the folder: after a crash
/// `path` holds either the old or the new content. Throws Error{resource} (disk full, read-only, no permission).
void write_atomically(const std::filesystem::path& path, std::string_view bytes);

/// The same for content that is not in memory as a whole: `write` writes and fsyncs the file that it is given. Several
/// threads and processes may replace one path; the last one wins.
void replace_atomically(const std::filesystem::path& path,
                        const std::function<void(const std::filesystem::path& temporary)>& write);

/// Writes a new file and fsyncs it; the folder is the caller's to sync. Throws Error{resource}.
void write_durably(const std::filesystem::path& path, std::string_view bytes);

/// The same for a content in pieces, one after the other.
void write_durably(const std::filesystem::path& path, std::span<const std::string_view> pieces);

/// Appends and fsyncs. Throws Error{resource}.
void append_durably(const std::filesystem::path& path, std::string_view bytes);

/// Appends; a killed process leaves the bytes, a power failure may not, until sync_file. Throws Error{resource}.
void append(const std::filesystem::path& path, std::string_view bytes);

/// Makes what was written to a file durable, by whomever. Throws Error{resource}.
void sync_file(const std::filesystem::path& path);

/// Makes renames and new names in a folder durable. Throws Error{resource}.
void sync_folder(const std::filesystem::path& folder);

/// Bytes that this user can still write to the file system of `folder`, or of the nearest folder above it that exists
/// (a quota of the user may allow less). Throws Error{resource} when nobody can say.
std::uint64_t free_bytes(const std::filesystem::path& folder);

/// A second name `to` for the file `from`, both on one file system; the folder is the caller's to sync. False where
/// that is not possible: not every file system can.
bool link_file(const std::filesystem::path& from, const std::filesystem::path& to);

/// Like std::filesystem::create_directories, as Error{resource} with the reason.
void make_folders(const std::filesystem::path& folder);

/// A read-only memory mapping of a whole file; pages are shared between the ranks of one node. Move-only.
class MappedFile {
 public:
  /// Throws Error{input} when the file cannot be opened or mapped.
  explicit MappedFile(const std::filesystem::path& path);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  std::span<const std::byte> bytes() const { return {data_, size_}; }

  /// Takes the pages that were read out of this process's memory; whoever looks at them again reads them again.
  void release() const;

 private:
  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace shoal
