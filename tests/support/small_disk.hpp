#pragma once

#include <sys/mount.h>

#include <string>

#include "support/temp_folder.hpp"

namespace shoal::testing {

/// A file system of its own with few bytes, for tests of a full or read-only disk. Needs the right to mount; without it
/// `mounted()` is false and the test says that it was skipped.
class SmallDisk {
 public:
  explicit SmallDisk(const std::string& size)
      : mounted_(::mount("tmpfs", folder_.path().c_str(), "tmpfs", 0, ("size=" + size).c_str()) == 0) {}
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk() {
    if (mounted_) ::umount2(folder_.path().c_str(), MNT_DETACH);
  }

  bool mounted() const { return mounted_; }
  const std::filesystem::path& path() const { return folder_.path(); }

  /// Lets nobody write any more, root included.
  bool make_read_only() const {
    return ::mount("tmpfs", folder_.path().c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, nullptr) == 0;
  }

 private:
  TempFolder folder_;
  bool mounted_;
};

}  // namespace shoal::testing
