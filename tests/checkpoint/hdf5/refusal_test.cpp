// Files that HDF5 itself would read, but that a checkpoint never looks like: they are refused by name.

#include <hdf5.h>

#include <array>
#include <catch2/catch.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "checkpoint/hdf5/image.hpp"
#include "support/error_of.hpp"
#include "support/temp_folder.hpp"

namespace refusal_test {

using namespace shoal;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using shoal::testing::error_of;
using shoal::testing::TempFolder;

namespace {

constexpr hsize_t length = 4;

/// What reading the dataset "d" says of a file that `fill` has filled.
std::string refusal(const std::function<void(hid_t)>& fill) {
  const TempFolder folder;
  const std::string path = (folder / "x.h5").string();
  const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  fill(file);
  H5Fclose(file);
  const checkpoint::Hdf5Reader reader(read_text(path), "x.h5");
  return error_of([&] { reader.doubles("d"); });
}

/// Adds the dataset "d" of four numbers, stored as `creation` says.
void add_dataset(hid_t file, hid_t type, hid_t creation, hsize_t count = length) {
  const hid_t space = H5Screate_simple(1, &count, nullptr);
  const hid_t dataset = H5Dcreate2(file, "d", type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
  REQUIRE(dataset >= 0);
  H5Dclose(dataset);
  H5Sclose(space);
}

}  // namespace

TEST_CASE("a plain dataset is read, so that the refusals below have another reason") {
  CHECK(refusal([](hid_t file) {
          const std::array<double, length> values{};
          const hsize_t count = length;
          const hid_t space = H5Screate_simple(1, &count, nullptr);
          const hid_t dataset = H5Dcreate2(file, "d", H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
          H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
          H5Dclose(dataset);
          H5Sclose(space);
        }) == "none");
}

TEST_CASE("numbers kept in another file are not read") {
  const std::string error = refusal([](hid_t file) {
    const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_external(creation, "outside.bin", 0, length * sizeof(double));
    add_dataset(file, H5T_NATIVE_DOUBLE, creation);
    H5Pclose(creation);
  });
  CHECK(error == "3: x.h5 is damaged (its dataset d is not stored plainly).");
}

TEST_CASE("links to elsewhere are not followed") {
  const std::string soft = refusal([](hid_t file) {
    add_dataset(file, H5T_NATIVE_DOUBLE, H5P_DEFAULT);
    H5Lmove(file, "d", file, "other", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("/other", file, "d", H5P_DEFAULT, H5P_DEFAULT);
  });
  const std::string external =
      refusal([](hid_t file) { H5Lcreate_external("other.h5", "/d", file, "d", H5P_DEFAULT, H5P_DEFAULT); });
  CHECK(soft == "3: x.h5 is damaged (its d is a link to elsewhere).");
  CHECK(external == "3: x.h5 is damaged (its d is a link to elsewhere).");
}

TEST_CASE("chunks and filters are refused") {
  const std::string error = refusal([](hid_t file) {
    const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(creation, 1, &length);
    H5Pset_shuffle(creation);
    add_dataset(file, H5T_NATIVE_DOUBLE, creation);
    H5Pclose(creation);
  });
  CHECK_THAT(error, Contains("not stored plainly"));
}

TEST_CASE("a group where a dataset belongs is refused") {
  const std::string error =
      refusal([](hid_t file) { H5Gclose(H5Gcreate2(file, "d", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT)); });
  CHECK_THAT(error, StartsWith("3: ") && Contains("is not a dataset"));
}

TEST_CASE("texts where numbers belong are refused") {
  const std::string error = refusal([](hid_t file) { add_dataset(file, H5T_C_S1, H5P_DEFAULT); });
  CHECK_THAT(error, StartsWith("3: ") && Contains("cannot be read"));
}

TEST_CASE("a dataset that claims more numbers than the file has bytes is refused before memory is taken") {
  const std::string error =
      refusal([](hid_t file) { add_dataset(file, H5T_NATIVE_DOUBLE, H5P_DEFAULT, hsize_t{1} << 50U); });
  CHECK_THAT(error, StartsWith("3: ") && Contains("claims too many values"));
}

TEST_CASE("the same numbers give the same bytes a second later") {
  const auto image = [] {
    checkpoint::Hdf5Writer writer;
    writer.doubles("d", std::vector<double>{1.0, 2.0}, {2});
    return writer.finish();
  };
  const std::string first = image();
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));
  CHECK(image() == first);
}

}  // namespace refusal_test
