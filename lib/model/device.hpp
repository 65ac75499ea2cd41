#pragma once

#include <c10/core/Device.h>

#include <cstdint>

namespace shoal::model {

/// Whether this build computes on GPUs. Known without one.
bool computes_on_gpu();

/// Where this process computes: the GPU of its rank on the node in CUDA builds (ranks beyond the last GPU share), else
/// the CPU. Throws Error{peer} when a CUDA build finds no usable GPU.
at::Device compute_device(int local_rank);

/// How many of the node's ranks compute on the device of one of them: all of them on CPUs.
int ranks_per_device(int local_size);

/// Bytes of a GPU's memory, in use or not. Throws Error{internal} for other devices.
std::int64_t device_memory(at::Device device);

}  // namespace shoal::model
