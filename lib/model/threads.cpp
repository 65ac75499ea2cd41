#include "model/threads.hpp"

#include <ATen/Parallel.h>

namespace shoal::model {

void use_one_kernel_thread() { at::set_num_threads(1); }

}  // namespace shoal::model
