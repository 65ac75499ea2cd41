#include "base/buffer.hpp"

#include <array>
#include <catch2/catch.hpp>

namespace shoal {

TEST_CASE("a buffer of doubles views them on the CPU", "[buffer]") {
  std::array<double, 3> values{};
  const Buffer buffer = Buffer::of(std::span<double>(values));
  CHECK(buffer.data == values.data());
  CHECK(buffer.count == 3);
  CHECK(buffer.type == ScalarType::float64);
  CHECK(buffer.device == Device::cpu);
}

TEST_CASE("a buffer of floats views them as float32", "[buffer]") {
  std::array<float, 2> values{};
  const Buffer buffer = Buffer::of(std::span<float>(values));
  CHECK(buffer.data == values.data());
  CHECK(buffer.count == 2);
  CHECK(buffer.type == ScalarType::float32);
}

}  // namespace shoal
