#include "checkpoint/hdf5/frame.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "checkpoint/hdf5/image.hpp"

namespace frame_test {

using namespace shoal;

namespace {

std::string joined(const std::vector<std::string_view>& pieces) {
  std::string whole;
  for (const std::string_view piece : pieces) whole += piece;
  return whole;
}

}  // namespace

TEST_CASE("the pieces of a frame are one HDF5 file that reads like an image") {
  const std::vector<float> large(300'000, 0.25F), small{1.0F, -0.0F, 3.0F};
  checkpoint::Hdf5Frame frame;
  frame.integers("numbers", std::vector<std::int64_t>{7, -8}, {2});
  frame.floats("large", large, {3, 100'000});
  frame.floats("small", small, {3});
  frame.integers("later", std::vector<std::int64_t>{9}, {1, 1});
  const checkpoint::Hdf5Reader reader(joined(frame.finish()), "frame.h5");
  CHECK(reader.integers("numbers") == std::vector<std::int64_t>{7, -8});
  CHECK(reader.floats("large") == large);
  CHECK(reader.shape("large") == std::vector<std::uint64_t>{3, 100'000});
  CHECK(reader.floats("small") == small);
  CHECK(std::signbit(reader.floats("small")[1]));
  CHECK(reader.integers("later") == std::vector<std::int64_t>{9});
}

TEST_CASE("arrays are not copied: the pieces see what they hold in the end") {
  std::vector<float> array(1000, 1.0F);
  checkpoint::Hdf5Frame frame;
  frame.floats("array", array, {1000});
  const auto pieces = frame.finish();
  array[999] = 2.0F;
  CHECK(checkpoint::Hdf5Reader(joined(pieces), "frame.h5").floats("array") == array);
}

TEST_CASE("a frame may be empty, and so may its arrays") {
  checkpoint::Hdf5Frame frame;
  frame.floats("none", {}, {0, 5});
  frame.integers("nothing", {}, {0, 2});
  const checkpoint::Hdf5Reader reader(joined(frame.finish()), "frame.h5");
  CHECK(reader.floats("none").empty());
  CHECK(reader.shape("none") == std::vector<std::uint64_t>{0, 5});
  CHECK(reader.integers("nothing").empty());
}

TEST_CASE("the same arrays always give the same bytes") {
  const std::vector<float> array(5000, 1.5F);
  std::string first;
  for (int i = 0; i < 2; ++i) {
    checkpoint::Hdf5Frame frame;
    frame.floats("array", array, {5000});
    const std::string bytes = joined(frame.finish());
    if (i == 0) first = bytes;
    CHECK(bytes == first);
  }
}

}  // namespace frame_test
