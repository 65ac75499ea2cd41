#include "base/buffer.hpp"

#include <array>
#include <catch2/catch.hpp>

namespace shoal::buffer_test {

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

TEST_CASE("a part of a buffer begins where it is asked to, in bytes of its type", "[buffer]") {
  std::array<std::uint16_t, 5> values{};
  const Buffer buffer = Buffer::of(std::span<std::uint16_t>(values));
  CHECK(buffer.type == ScalarType::bfloat16);
  CHECK(buffer.bytes() == 10);
  CHECK(buffer.part(3, 2).data == &values[3]);
  CHECK(buffer.part(3, 2).count == 2);
  CHECK(size_of(ScalarType::float32) == 4);
  CHECK(size_of(ScalarType::float64) == 8);
}

}  // namespace shoal::buffer_test
