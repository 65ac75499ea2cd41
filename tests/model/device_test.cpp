#include "model/device.hpp"

#include "support/torch_catch.hpp"

TEST_CASE("Every rank of a node has a device") {
  const auto first = shoal::model::compute_device(0);
  CHECK((first.is_cpu() || first.is_cuda()));
  CHECK(shoal::model::compute_device(7).type() == first.type());
}
