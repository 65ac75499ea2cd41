#include "model/row_padding.hpp"

#include <set>

#include "support/torch_catch.hpp"
// torch_catch.hpp first: Catch2 and LibTorch both define CHECK
#include "support/tiny_model.hpp"

using shoal::model::pad_rows;
using shoal::model::padded_rows;
using shoal::model::without_padding;

TEST_CASE("Products are computed with at least eight rows and with few different numbers of them") {
  std::set<std::int64_t> different;
  for (std::int64_t rows = 1; rows <= 256; ++rows) {
    const std::int64_t padded = padded_rows(rows);
    CHECK(padded >= std::max<std::int64_t>(rows, 8));
    if (rows >= 8) CHECK(padded - rows < (rows <= 32 ? 1 : rows <= 64 ? 8 : 16));
    different.insert(padded);
  }
  CHECK(different.size() == 41);
  CHECK(padded_rows(256) == 256);
}

TEST_CASE("Padding puts zeros behind the rows and takes them away again") {
  const at::Tensor x = shoal::testing::random_tensor({65, 3}, 1);
  const at::Tensor padded = pad_rows(x);
  REQUIRE(padded.size(0) == 80);
  CHECK(without_padding(padded, 65).equal(x));
  CHECK(padded.narrow(0, 65, 15).eq(0).all().item<bool>());
  CHECK(pad_rows(padded).is_same(padded));
}
