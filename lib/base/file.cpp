#include "base/file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <limits>
#include <utility>

#include "base/error.hpp"
#include "base/handle.hpp"

namespace shoal {
namespace {

namespace fs = std::filesystem;

std::string reason() { return std::strerror(errno); }

FileDescriptor open_for_reading(const fs::path& path) {
  // O_NONBLOCK: a pipe in place of a file must be refused, not waited for; regular files do not care.
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) fail(ExitCode::input, "cannot open {} ({}). Check the path.", path.string(), reason());
  return file;
}

std::size_t regular_size(const FileDescriptor& file, const fs::path& path) {
  struct stat info {};
  if (::fstat(file.value(), &info) != 0) fail(ExitCode::input, "cannot read {} ({}).", path.string(), reason());
  if (!S_ISREG(info.st_mode)) {
    fail(ExitCode::input, "cannot read {} (it is {}). A file is expected here.", path.string(),
         S_ISDIR(info.st_mode) ? "a folder" : "not a regular file");
  }
  return static_cast<std::size_t>(info.st_size);
}

FileDescriptor open_for_writing(const fs::path& path, int flags) {
  FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0644));
  if (!file) {
    fail(ExitCode::resource, "cannot write {} ({}). Free space or choose another folder.", path.string(), reason());
  }
  return file;
}

// write(2) may be short and may be interrupted; a full disk must end in a sentence, not in half a file.
void write_all(const FileDescriptor& file, std::string_view bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(file.value(), bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail(ExitCode::resource, "cannot write {} ({}). Free space and try again.", path.string(), reason());
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

void sync_file(const FileDescriptor& file, const fs::path& path) {
  if (::fsync(file.value()) != 0) fail(ExitCode::resource, "cannot sync {} ({}).", path.string(), reason());
}

/// Lets the disk begin with what has been written to memory while the rest is still copied there: less is left for the
/// sync. Only advice.
class Writeback {
 public:
  static constexpr std::size_t part = std::size_t{8} << 20U;  // bytes

  explicit Writeback(const FileDescriptor& file) : file_(file) {}

  void wrote(std::size_t bytes) {
    waiting_ += static_cast<off_t>(bytes);
    if (waiting_ < static_cast<off_t>(part)) return;
    ::sync_file_range(file_.value(), begun_, waiting_, SYNC_FILE_RANGE_WRITE);
    begun_ += waiting_;
    waiting_ = 0;
  }

 private:
  const FileDescriptor& file_;
  off_t begun_ = 0;
  off_t waiting_ = 0;
};

}  // namespace

std::string read_text(const fs::path& path) {
  const FileDescriptor file = open_for_reading(path);
  std::string text(regular_size(file, path), '\0');
  std::size_t filled = 0;
  while (filled < text.size()) {
    const ssize_t n = ::read(file.value(), text.data() + filled, text.size() - filled);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail(ExitCode::input, "cannot read {} ({}).", path.string(), reason());
    if (n == 0) break;
    filled += static_cast<std::size_t>(n);
  }
  text.resize(filled);
  return text;
}

void write_durably(const fs::path& path, std::string_view bytes) { write_durably(path, std::span(&bytes, 1)); }

void append(const fs::path& path, std::string_view bytes) { write_all(open_for_writing(path, O_APPEND), bytes, path); }

void sync_file(const fs::path& path) {
  const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file) fail(ExitCode::resource, "cannot sync {} ({}).", path.string(), reason());
  sync_file(file, path);
}

void write_durably(const fs::path& path, std::span<const std::string_view> pieces) {
  const FileDescriptor file = open_for_writing(path, O_TRUNC);
  Writeback writeback(file);
  for (std::string_view piece : pieces) {
    while (!piece.empty()) {
      const std::string_view part = piece.substr(0, Writeback::part);
      write_all(file, part, path);
      writeback.wrote(part.size());
      piece.remove_prefix(part.size());
    }
  }
  sync_file(file, path);
}

void append_durably(const fs::path& path, std::string_view bytes) {
  const FileDescriptor file = open_for_writing(path, O_APPEND);
  write_all(file, bytes, path);
  sync_file(file, path);
}

void replace_atomically(const fs::path& path, const std::function<void(const fs::path&)>& write) {
  static std::atomic<unsigned> count = 0;  // several threads may write to one path
  const fs::path temporary = fmt::format("{}.tmp-{}-{}", path.string(), ::getpid(), count++);
  try {
    write(temporary);
    if (::rename(temporary.c_str(), path.c_str()) != 0) {
      fail(ExitCode::resource, "cannot write {} ({}).", path.string(), reason());
    }
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
  sync_folder(path.parent_path());
}

void write_atomically(const fs::path& path, std::string_view bytes) {
  replace_atomically(path, [&](const fs::path& temporary) { write_durably(temporary, bytes); });
}

void sync_folder(const fs::path& folder) {
  const fs::path target = folder.empty() ? fs::path(".") : folder;
  const FileDescriptor file(::open(target.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!file) fail(ExitCode::resource, "cannot open folder {} ({}).", target.string(), reason());
  // Some network file systems refuse to sync a folder; the rename itself is still atomic there.
  if (::fsync(file.value()) != 0 && errno != EINVAL && errno != ENOTSUP) {
    fail(ExitCode::resource, "cannot sync folder {} ({}).", target.string(), reason());
  }
}

std::uint64_t free_bytes(const fs::path& folder) {
  struct statvfs info {};
  fs::path place = fs::absolute(folder);
  while (::statvfs(place.c_str(), &info) != 0) {
    if (errno != ENOENT || !place.has_relative_path())
      fail(ExitCode::resource, "cannot ask for the free space of {} ({}).", place.string(), reason());
    place = place.parent_path();
  }
  // A file system that does not count its blocks must not look full.
  if (info.f_blocks == 0) return std::numeric_limits<std::uint64_t>::max();
  return std::uint64_t{info.f_bavail} * info.f_frsize;
}

bool link_file(const fs::path& from, const fs::path& to) { return ::link(from.c_str(), to.c_str()) == 0; }

void make_folders(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) {
    fail(ExitCode::resource, "cannot create folder {} ({}). Choose another one.", folder.string(), error.message());
  }
}

MappedFile::MappedFile(const fs::path& path) {
  const FileDescriptor file = open_for_reading(path);
  size_ = regular_size(file, path);
  if (size_ == 0) return;
  void* address = ::mmap(nullptr, size_, PROT_READ, MAP_SHARED, file.value(), 0);
  if (address == MAP_FAILED) fail(ExitCode::input, "cannot map {} ({}).", path.string(), reason());
  data_ = static_cast<const std::byte*>(address);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

void MappedFile::release() const {
  // Only advice: without it the pages stay resident, nothing else changes.
  if (size_ > 0) ::madvise(const_cast<std::byte*>(data_), size_, MADV_DONTNEED);
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), size_);
}

}  // namespace shoal
