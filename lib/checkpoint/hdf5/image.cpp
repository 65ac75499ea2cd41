#include "checkpoint/hdf5/image.hpp"

#include <algorithm>
#include <limits>

#include "base/error.hpp"
#include "checkpoint/hdf5/handles.hpp"

namespace shoal::checkpoint {
namespace {

constexpr std::size_t core_increment = std::size_t{1} << 20U;

PropertiesId core_driver() {
  PropertiesId properties(H5Pcreate(H5P_FILE_ACCESS));
  H5Pset_fapl_core(properties.value(), core_increment, 0);
  return properties;
}

/// Number of values, or more than any file can hold when the true product would not fit.
std::uint64_t product(const std::vector<std::uint64_t>& shape) {
  constexpr std::uint64_t too_many = std::numeric_limits<std::uint64_t>::max();
  if (std::ranges::find(shape, std::uint64_t{0}) != shape.end()) return 0;
  std::uint64_t count = 1;
  for (const std::uint64_t dim : shape) {
    if (count > too_many / dim) return too_many;
    count *= dim;
  }
  return count;
}

void write_dataset(hid_t file, const std::string& name, hid_t type, const void* data, std::size_t count,
                   const std::vector<std::uint64_t>& shape) {
  expect(product(shape) == count, "the dataset {} has {} values for another shape.", name, count);
  const std::vector<hsize_t> dims(shape.begin(), shape.end());
  const SpaceId space(H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr));
  const PropertiesId creation(H5Pcreate(H5P_DATASET_CREATE));
  H5Pset_obj_track_times(creation.value(), false);  // the same arrays always give the same bytes
  const DatasetId dataset(
      H5Dcreate2(file, name.c_str(), type, space.value(), H5P_DEFAULT, creation.value(), H5P_DEFAULT));
  const bool written =
      dataset && (count == 0 || H5Dwrite(dataset.value(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0);
  expect(written, "HDF5 could not build the dataset {}.", name);
}

}  // namespace

struct Hdf5Writer::File {
  FileId id;
};

Hdf5Writer::Hdf5Writer() : file_(std::make_unique<File>()) {
  quieten();
  const PropertiesId access = core_driver();
  file_->id = FileId(H5Fcreate("image", H5F_ACC_TRUNC, H5P_DEFAULT, access.value()));
  expect(static_cast<bool>(file_->id), "HDF5 could not create a file in memory.");
}

Hdf5Writer::~Hdf5Writer() = default;

void Hdf5Writer::doubles(const std::string& name, std::span<const double> values, std::vector<std::uint64_t> shape) {
  write_dataset(file_->id.value(), name, H5T_NATIVE_DOUBLE, values.data(), values.size(), shape);
}

void Hdf5Writer::floats(const std::string& name, std::span<const float> values, std::vector<std::uint64_t> shape) {
  write_dataset(file_->id.value(), name, H5T_NATIVE_FLOAT, values.data(), values.size(), shape);
}

void Hdf5Writer::integers(const std::string& name, std::span<const std::int64_t> values,
                          std::vector<std::uint64_t> shape) {
  write_dataset(file_->id.value(), name, H5T_NATIVE_INT64, values.data(), values.size(), shape);
}

std::string Hdf5Writer::finish() {
  H5Fflush(file_->id.value(), H5F_SCOPE_GLOBAL);
  const ssize_t size = H5Fget_file_image(file_->id.value(), nullptr, 0);
  expect(size > 0, "HDF5 could not give its file image.");
  std::string bytes(static_cast<std::size_t>(size), '\0');
  H5Fget_file_image(file_->id.value(), bytes.data(), bytes.size());
  return bytes;
}

struct Hdf5Reader::File {
  std::string bytes;
  std::string source;
  FileId id;

  [[noreturn]] void reject(const std::string& why) const { fail(ExitCode::input, "{} is damaged ({}).", source, why); }
  DatasetId open(const std::string& name) const;
  std::vector<std::uint64_t> shape(const DatasetId& dataset) const;
  template <typename T>
  std::vector<T> read(const std::string& name, hid_t type) const;
};

DatasetId Hdf5Reader::File::open(const std::string& name) const {
  H5L_info_t link{};
  if (H5Lget_info(id.value(), name.c_str(), &link, H5P_DEFAULT) < 0) reject("it has no dataset " + name);
  if (link.type != H5L_TYPE_HARD) reject("its " + name + " is a link to elsewhere");
  DatasetId dataset(H5Dopen2(id.value(), name.c_str(), H5P_DEFAULT));
  if (!dataset) reject("its " + name + " is not a dataset");
  const PropertiesId properties(H5Dget_create_plist(dataset.value()));
  if (H5Pget_layout(properties.value()) != H5D_CONTIGUOUS || H5Pget_external_count(properties.value()) != 0) {
    reject("its dataset " + name + " is not stored plainly");
  }
  return dataset;
}

std::vector<std::uint64_t> Hdf5Reader::File::shape(const DatasetId& dataset) const {
  const SpaceId space(H5Dget_space(dataset.value()));
  const int rank = H5Sget_simple_extent_ndims(space.value());
  if (rank < 0 || rank > 4) reject("a dataset has an impossible shape");
  std::vector<hsize_t> dims(static_cast<std::size_t>(rank));
  H5Sget_simple_extent_dims(space.value(), dims.data(), nullptr);
  return {dims.begin(), dims.end()};
}

template <typename T>
std::vector<T> Hdf5Reader::File::read(const std::string& name, hid_t type) const {
  const DatasetId dataset = open(name);
  const std::uint64_t count = product(shape(dataset));
  // A dataset cannot be larger than the file that holds it.
  if (count > bytes.size() / sizeof(T)) reject("its dataset " + name + " claims too many values");
  std::vector<T> values(count);
  const bool read = count == 0 || H5Dread(dataset.value(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) >= 0;
  if (!read) reject("its dataset " + name + " cannot be read");
  return values;
}

Hdf5Reader::Hdf5Reader(std::string bytes, std::string source)
    : file_(std::make_unique<File>(File{std::move(bytes), std::move(source), {}})) {
  quieten();
  const PropertiesId access = core_driver();
  H5Pset_file_image(access.value(), file_->bytes.data(), file_->bytes.size());
  file_->id = FileId(H5Fopen("image", H5F_ACC_RDONLY, access.value()));
  if (!file_->id) file_->reject("not an HDF5 file");
}

Hdf5Reader::~Hdf5Reader() = default;

bool Hdf5Reader::has(const std::string& name) const {
  return H5Lexists(file_->id.value(), name.c_str(), H5P_DEFAULT) > 0;
}
std::vector<std::uint64_t> Hdf5Reader::shape(const std::string& name) const { return file_->shape(file_->open(name)); }
std::vector<double> Hdf5Reader::doubles(const std::string& name) const {
  return file_->read<double>(name, H5T_NATIVE_DOUBLE);
}
std::vector<float> Hdf5Reader::floats(const std::string& name) const {
  return file_->read<float>(name, H5T_NATIVE_FLOAT);
}
std::vector<std::int64_t> Hdf5Reader::integers(const std::string& name) const {
  return file_->read<std::int64_t>(name, H5T_NATIVE_INT64);
}

std::string hdf5_version() {
  quieten();  // the library reads its settings at its first call, which may be this one
  unsigned major = 0;
  unsigned minor = 0;
  unsigned release = 0;
  H5get_libversion(&major, &minor, &release);
  return fmt::format("{}.{}.{}", major, minor, release);
}

}  // namespace shoal::checkpoint
