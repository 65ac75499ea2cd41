#include "base/bfloat16.hpp"

#include <catch2/catch.hpp>
#include <limits>

namespace shoal::bfloat16_test {

TEST_CASE("every bfloat16 number survives the way over float32", "[bfloat16]") {
  for (std::uint32_t bits = 0; bits <= 0xffffU; ++bits) {
    const float value = from_bfloat16(static_cast<std::uint16_t>(bits));
    if (std::isnan(value)) {
      CHECK(std::isnan(from_bfloat16(to_bfloat16(value))));
    } else if (to_bfloat16(value) != bits) {
      FAIL_CHECK("bits " << bits << " became " << to_bfloat16(value));
    }
  }
}

TEST_CASE("numbers between two bfloat16 ones go to the nearer, ties to the even one", "[bfloat16]") {
  CHECK(from_bfloat16(to_bfloat16(257.0F)) == 256.0F);  // between 256 and 258
  CHECK(from_bfloat16(to_bfloat16(259.0F)) == 260.0F);  // between 258 and 260
  CHECK(from_bfloat16(to_bfloat16(257.5F)) == 258.0F);
  CHECK(from_bfloat16(to_bfloat16(-257.5F)) == -258.0F);
  CHECK(std::isinf(from_bfloat16(to_bfloat16(std::numeric_limits<float>::max()))));
}

}  // namespace shoal::bfloat16_test
