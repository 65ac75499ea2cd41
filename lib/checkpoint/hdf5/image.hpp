#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace shoal::checkpoint {

/// Builds an HDF5 file in memory; nothing touches the disk here, so that a full disk meets our own write loop and not
/// HDF5's.
class Hdf5Writer {
 public:
  Hdf5Writer();
  ~Hdf5Writer();
  Hdf5Writer(const Hdf5Writer&) = delete;
  Hdf5Writer& operator=(const Hdf5Writer&) = delete;

  /// One contiguous dataset per array; `shape` multiplies to values.size().
  void doubles(const std::string& name, std::span<const double> values, std::vector<std::uint64_t> shape);
  void floats(const std::string& name, std::span<const float> values, std::vector<std::uint64_t> shape);
  void integers(const std::string& name, std::span<const std::int64_t> values, std::vector<std::uint64_t> shape);

  /// The bytes of the file.
  std::string finish();

 private:
  struct File;
  std::unique_ptr<File> file_;
};

/// Reads an HDF5 file from memory. Only plain contiguous datasets in the root group are accepted: no links to
/// elsewhere, no external storage, no filters. Throws Error{input} naming `source`.
class Hdf5Reader {
 public:
  Hdf5Reader(std::string bytes, std::string source);
  ~Hdf5Reader();
  Hdf5Reader(const Hdf5Reader&) = delete;
  Hdf5Reader& operator=(const Hdf5Reader&) = delete;

  /// Whether the root group has something of that name.
  bool has(const std::string& name) const;
  std::vector<std::uint64_t> shape(const std::string& name) const;
  std::vector<double> doubles(const std::string& name) const;
  std::vector<float> floats(const std::string& name) const;
  std::vector<std::int64_t> integers(const std::string& name) const;

 private:
  struct File;
  std::unique_ptr<File> file_;
};

/// Version of the HDF5 library.
std::string hdf5_version();

}  // namespace shoal::checkpoint
