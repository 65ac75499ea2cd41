#include "model/kernel/row_padding.hpp"

#include <set>

#include "support/torch_catch.hpp"
// torch_catch.hpp first: Catch2 and LibTorch both define CHECK
#include "model/parameters/linear.hpp"
#include "support/tiny_model.hpp"

namespace row_padding_test {

using shoal::model::pad_rows;
using shoal::model::padded_rows;
using shoal::model::RowBlocks;
using shoal::model::without_padding;

TEST_CASE("Products are computed with at least eight rows and with few different numbers of them") {
  std::set<std::int64_t> different;
  for (std::int64_t rows = 1; rows <= 256; ++rows) {
    const std::int64_t padded = padded_rows(rows, RowBlocks::any);
    CHECK(padded >= std::max<std::int64_t>(rows, 8));
    if (rows >= 8) CHECK(padded - rows < (rows <= 32 ? 1 : rows <= 64 ? 8 : 16));
    different.insert(padded);
  }
  CHECK(different.size() == 41);
  CHECK(padded_rows(256, RowBlocks::any) == 256);
}

TEST_CASE("Where kernels take six rows at a time, every product has a multiple of six, and at least twelve") {
  std::set<std::int64_t> different;
  for (std::int64_t rows = 1; rows <= 256; ++rows) {
    const std::int64_t padded = padded_rows(rows, RowBlocks::sixes);
    CHECK(padded % 6 == 0);
    CHECK(padded >= std::max<std::int64_t>(rows, 12));
    if (rows >= 12) CHECK(padded - rows < (rows <= 48 ? 6 : rows <= 96 ? 12 : 24));
    different.insert(padded);
  }
  CHECK(different.size() == 18);
}

TEST_CASE("A row's bits do not depend on the number of rows beside it, nor on its place among them") {
  for (const std::int64_t features : {24, 576}) {
    const shoal::model::Linear linear(shoal::testing::random_tensor({30, features}, 1));
    const at::Tensor x = shoal::testing::random_tensor({200, features}, 2);
    const at::Tensor all = linear(x);
    for (std::int64_t rows = 1; rows <= 100; ++rows) {
      CAPTURE(features, rows);
      CHECK(linear(x.narrow(0, 0, rows)).equal(all.narrow(0, 0, rows)));
      CHECK(linear(x.narrow(0, rows, rows)).equal(all.narrow(0, rows, rows)));
    }
  }
}

TEST_CASE("Padding puts zeros behind the rows and takes them away again") {
  const at::Tensor x = shoal::testing::random_tensor({65, 3}, 1);
  const at::Tensor padded = pad_rows(x);
  REQUIRE(padded.size(0) == padded_rows(65));
  CHECK(padded.size(0) > 65);
  CHECK(without_padding(padded, 65).equal(x));
  CHECK(padded.narrow(0, 65, padded.size(0) - 65).eq(0).all().item<bool>());
  CHECK(pad_rows(padded).is_same(padded));
}

}  // namespace row_padding_test
