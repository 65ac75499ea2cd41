#pragma once

namespace shoal::model {

/// Makes the tensor kernels that the calling thread starts run on that thread alone. Parallelism is across tasks, so
/// that no bit of a result depends on the number of threads.
void use_one_kernel_thread();

}  // namespace shoal::model
