#include "model/device.hpp"

#include "support/torch_catch.hpp"
// torch_catch.hpp first: Catch2 and LibTorch both define CHECK
#include "base/error.hpp"

namespace device_test {

TEST_CASE("Every rank of a node has a device") {
  const auto first = shoal::model::compute_device(0);
  CHECK((first.is_cpu() || first.is_cuda()));
  CHECK(shoal::model::compute_device(7).type() == first.type());
}

TEST_CASE("A build for CPUs says so, shares the CPU among all ranks, and knows no memory of a GPU") {
  if (shoal::model::computes_on_gpu()) return;
  CHECK(shoal::model::ranks_per_device(4) == 4);
  CHECK_THROWS_AS(shoal::model::device_memory(at::Device(at::kCPU)), shoal::Error);
}

}  // namespace device_test
