#include "model/kernel/rotary.hpp"

#include <cmath>

#include "support/torch_catch.hpp"

namespace rotary_test {

using namespace shoal::model;

namespace {

double cosine(const RotaryTable& table, std::int64_t position, std::int64_t i) {
  return table.cosine[position][i].item<double>();
}

}  // namespace

TEST_CASE("Angles grow with the position and shrink with the index") {
  const RopeSettings rope{.theta = 1000.0};
  const RotaryTable table = make_rotary_table(rope, 8, 50, at::kFloat);
  REQUIRE(table.cosine.sizes() == at::IntArrayRef({50, 4}));
  for (std::int64_t position : {0, 1, 49}) {
    for (std::int64_t i = 0; i < 4; ++i) {
      const double angle = static_cast<double>(position) * std::pow(1000.0, -static_cast<double>(2 * i) / 8.0);
      CHECK(cosine(table, position, i) == Approx(std::cos(angle)).margin(1e-5));
      CHECK(table.sine[position][i].item<double>() == Approx(std::sin(angle)).margin(1e-5));
    }
  }
}

TEST_CASE("Linear scaling divides every angle") {
  const RopeSettings rope{.kind = RopeKind::linear, .theta = 1000.0, .factor = 4.0};
  const RotaryTable table = make_rotary_table(rope, 8, 9, at::kFloat);
  CHECK(cosine(table, 8, 0) == Approx(std::cos(2.0)).margin(1e-6));
}

TEST_CASE("Llama 3 scaling keeps short wavelengths, stretches long ones and interpolates between") {
  // theta 10000, head size 8: wavelengths 2 pi * 10^(0, 1, 2, 3) = 6.3, 63, 628, 6283; limits 800 / 4 and 800 / 1.
  const RopeSettings rope{.kind = RopeKind::llama3,
                          .theta = 10000.0,
                          .factor = 8.0,
                          .low_freq_factor = 1.0,
                          .high_freq_factor = 4.0,
                          .original_context = 800.0};
  const RotaryTable table = make_rotary_table(rope, 8, 2, at::kFloat);
  const double smooth = (800.0 / (200.0 * 3.14159265358979) - 1.0) / 3.0;
  const double middle = (1.0 - smooth) * 0.01 / 8.0 + smooth * 0.01;
  CHECK(table.sine[1][0].item<double>() == Approx(std::sin(1.0)));
  CHECK(table.sine[1][1].item<double>() == Approx(std::sin(0.1)));
  CHECK(table.sine[1][2].item<double>() == Approx(std::sin(middle)));
  CHECK(table.sine[1][3].item<double>() == Approx(std::sin(0.001 / 8.0)));
}

TEST_CASE("Values are rounded to the compute type") {
  const RotaryTable table = make_rotary_table({}, 8, 20, at::kBFloat16);
  CHECK(table.cosine.equal(table.cosine.to(at::kBFloat16).to(at::kFloat)));
  CHECK_FALSE(table.cosine.equal(make_rotary_table({}, 8, 20, at::kFloat).cosine));
}

}  // namespace rotary_test
