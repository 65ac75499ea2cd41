#include "model/threads.hpp"

#include <ATen/Parallel.h>

#include "support/torch_catch.hpp"

namespace threads_test {

TEST_CASE("Kernels started here afterwards run on one thread") {
  at::set_num_threads(2);
  shoal::model::use_one_kernel_thread();
  CHECK(at::get_num_threads() == 1);
}

}  // namespace threads_test
