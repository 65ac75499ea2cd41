#pragma once

#include "comm/communicator.hpp"
#include "comm/device/device_collectives.hpp"
#include "weights/safetensors/weight_source.hpp"

namespace shoal::inputs {

/// Weights that rank 0 reads, once per job, and that go from device to device. A rank that fails meanwhile, for want of
/// memory, lets the others wait until the patience of `devices` ends. `devices` outlives the result.
weights::WeightSource read_once(const comm::Communicator& comm, comm::DeviceCollectives& devices);

}  // namespace shoal::inputs
