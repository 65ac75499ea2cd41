#include "checkpoint/hdf5/image.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <limits>

#include "base/error.hpp"
#include "support/error_of.hpp"

namespace image_test {

using namespace shoal;
using Catch::Matchers::Contains;
using shoal::testing::error_of;

TEST_CASE("arrays of all types come back with their shapes") {
  checkpoint::Hdf5Writer writer;
  writer.doubles("d", std::vector<double>{0.1, -0.0, 1e308, 4.0, 5.0, 6.0}, {2, 3});
  writer.floats("f", std::vector<float>{0.1F, std::numeric_limits<float>::infinity()}, {2});
  writer.integers("i", std::vector<std::int64_t>{std::numeric_limits<std::int64_t>::min(), 7}, {1, 2});
  const checkpoint::Hdf5Reader reader(writer.finish(), "x.h5");
  CHECK(reader.doubles("d") == std::vector<double>{0.1, -0.0, 1e308, 4.0, 5.0, 6.0});
  CHECK(reader.shape("d") == std::vector<std::uint64_t>{2, 3});
  CHECK(reader.floats("f") == std::vector<float>{0.1F, std::numeric_limits<float>::infinity()});
  CHECK(reader.integers("i") == std::vector<std::int64_t>{std::numeric_limits<std::int64_t>::min(), 7});
  CHECK(reader.shape("i") == std::vector<std::uint64_t>{1, 2});
}

TEST_CASE("empty arrays keep their shapes") {
  checkpoint::Hdf5Writer writer;
  writer.doubles("none", std::vector<double>{}, {0, 3});
  const checkpoint::Hdf5Reader reader(writer.finish(), "x.h5");
  CHECK(reader.doubles("none").empty());
  CHECK(reader.shape("none") == std::vector<std::uint64_t>{0, 3});
}

TEST_CASE("an image grows beyond a megabyte") {
  const std::vector<double> values(500'000, 0.25);
  checkpoint::Hdf5Writer writer;
  writer.doubles("large", values, {500'000});
  CHECK(checkpoint::Hdf5Reader(writer.finish(), "x.h5").doubles("large") == values);
}

TEST_CASE("a shape that does not fit the values is a defect") {
  checkpoint::Hdf5Writer writer;
  CHECK(error_of([&] { writer.doubles("d", std::vector<double>{1.0}, {2}); }).substr(0, 2) == "1:");
}

TEST_CASE("what is no HDF5 file or has no such dataset is refused by the file's name") {
  CHECK_THAT(error_of([] { checkpoint::Hdf5Reader("garbage", "x.h5"); }),
             Contains("x.h5 is damaged (not an HDF5 file)"));
  checkpoint::Hdf5Writer writer;
  const checkpoint::Hdf5Reader reader(writer.finish(), "x.h5");
  CHECK_THAT(error_of([&] { reader.doubles("d"); }), Contains("x.h5 is damaged (it has no dataset d)"));
}

TEST_CASE("the library's version has three numbers") {
  const std::string version = checkpoint::hdf5_version();
  CHECK(std::count(version.begin(), version.end(), '.') == 2);
}

}  // namespace image_test
