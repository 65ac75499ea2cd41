#include "checkpoint/hdf5/frame.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "base/error.hpp"
#include "checkpoint/hdf5/handles.hpp"

namespace shoal::checkpoint {
namespace {

/// An array and where HDF5 wants it in the file.
struct Placed {
  std::uint64_t offset;
  std::string_view bytes;
};

/// A temporary file, in memory where the system has such a place, that takes no space where nothing is written.
struct Temporary {
  Temporary() {
    const bool shared = ::access("/dev/shm", W_OK) == 0;
    path = (shared ? "/dev/shm" : std::filesystem::temp_directory_path().string()) + "/shoal-frame-XXXXXX";
    file = FileDescriptor(::mkostemp(path.data(), O_CLOEXEC));
    if (!file) fail(ExitCode::resource, "cannot make {} ({}). Free space there.", path, std::strerror(errno));
  }
  /// HDF5 has it open, and so have we: nobody needs the name any more, least of all when we are killed.
  void forget_name() const { ::unlink(path.c_str()); }

  std::string path;
  FileDescriptor file;
};

std::string read_part(const FileDescriptor& file, std::uint64_t begin, std::uint64_t end) {
  std::string bytes(end - begin, '\0');
  for (std::size_t filled = 0; filled < bytes.size();) {
    const ssize_t n =
        ::pread(file.value(), bytes.data() + filled, bytes.size() - filled, static_cast<off_t>(begin + filled));
    expect(n > 0, "the frame of an HDF5 file cannot be read back.");
    filled += static_cast<std::size_t>(n);
  }
  return bytes;
}

}  // namespace

struct Hdf5Frame::File {
  Temporary temporary;
  FileId id;
  std::vector<Placed> arrays;
  std::vector<std::string> between;

  DatasetId create(const std::string& name, hid_t type, const std::vector<std::uint64_t>& shape) const;
};

/// A dataset with its place in the file, not filled.
DatasetId Hdf5Frame::File::create(const std::string& name, hid_t type, const std::vector<std::uint64_t>& shape) const {
  const std::vector<hsize_t> dims(shape.begin(), shape.end());
  const SpaceId space(H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr));
  const PropertiesId creation(H5Pcreate(H5P_DATASET_CREATE));
  H5Pset_obj_track_times(creation.value(), false);
  H5Pset_alloc_time(creation.value(), H5D_ALLOC_TIME_EARLY);
  H5Pset_fill_time(creation.value(), H5D_FILL_TIME_NEVER);
  DatasetId dataset(
      H5Dcreate2(id.value(), name.c_str(), type, space.value(), H5P_DEFAULT, creation.value(), H5P_DEFAULT));
  expect(static_cast<bool>(dataset), "HDF5 could not build the dataset {}.", name);
  return dataset;
}

Hdf5Frame::Hdf5Frame() : file_(std::make_unique<File>()) {
  quieten();
  file_->id = FileId(H5Fcreate(file_->temporary.path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
  file_->temporary.forget_name();
  expect(static_cast<bool>(file_->id), "HDF5 could not create {}.", file_->temporary.path);
}

Hdf5Frame::~Hdf5Frame() = default;

void Hdf5Frame::floats(const std::string& name, std::span<const float> values, std::vector<std::uint64_t> shape) {
  const DatasetId dataset = file_->create(name, H5T_NATIVE_FLOAT, shape);
  const haddr_t offset = values.empty() ? 0 : H5Dget_offset(dataset.value());
  expect(offset != HADDR_UNDEF, "HDF5 gave the dataset {} no place.", name);
  if (values.empty()) return;
  file_->arrays.push_back({offset, {reinterpret_cast<const char*>(values.data()), values.size_bytes()}});
}

void Hdf5Frame::integers(const std::string& name, std::span<const std::int64_t> values,
                         std::vector<std::uint64_t> shape) {
  const DatasetId dataset = file_->create(name, H5T_NATIVE_INT64, shape);
  const bool written =
      values.empty() || H5Dwrite(dataset.value(), H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) >= 0;
  expect(written, "HDF5 could not build the dataset {}.", name);
}

std::vector<std::string_view> Hdf5Frame::finish() {
  file_->id = FileId();  // closes, and writes what is still held back
  struct stat info {};
  expect(::fstat(file_->temporary.file.value(), &info) == 0, "the frame of an HDF5 file has no size.");
  std::ranges::sort(file_->arrays, {}, &Placed::offset);
  file_->between.reserve(file_->arrays.size() + 1);  // views of its strings are given out
  std::vector<std::string_view> pieces;
  std::uint64_t at = 0;
  for (const Placed& array : file_->arrays) {
    pieces.push_back(file_->between.emplace_back(read_part(file_->temporary.file, at, array.offset)));
    pieces.push_back(array.bytes);
    at = array.offset + array.bytes.size();
  }
  pieces.push_back(
      file_->between.emplace_back(read_part(file_->temporary.file, at, static_cast<std::uint64_t>(info.st_size))));
  return pieces;
}

}  // namespace shoal::checkpoint
