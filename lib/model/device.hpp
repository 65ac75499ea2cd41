#pragma once

#include <c10/core/Device.h>

namespace shoal::model {

/// Where this process computes: the GPU of its rank on the node in CUDA builds (ranks beyond the last GPU share), else
/// the CPU. Throws Error{peer} when a CUDA build finds no usable GPU.
at::Device compute_device(int local_rank);

}  // namespace shoal::model
