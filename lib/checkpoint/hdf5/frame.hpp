#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace shoal::checkpoint {

/// An HDF5 file around large arrays that stay where they are in memory: only the bytes between them are built. What
/// would take a copy of everything with an image in memory takes none.
class Hdf5Frame {
 public:
  /// Throws Error{resource} when no temporary file can be made.
  Hdf5Frame();
  ~Hdf5Frame();
  Hdf5Frame(const Hdf5Frame&) = delete;
  Hdf5Frame& operator=(const Hdf5Frame&) = delete;

  /// One contiguous dataset per array; `shape` multiplies to values.size(). `values` outlive the pieces.
  void floats(const std::string& name, std::span<const float> values, std::vector<std::uint64_t> shape);
  /// Copied: meant for a few numbers.
  void integers(const std::string& name, std::span<const std::int64_t> values, std::vector<std::uint64_t> shape);

  /// The file's content: views of the arrays, and of this object between them. Ends the building.
  std::vector<std::string_view> finish();

 private:
  struct File;
  std::unique_ptr<File> file_;
};

}  // namespace shoal::checkpoint
