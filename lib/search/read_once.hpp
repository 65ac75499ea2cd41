#pragma once

#include "comm/communicator.hpp"
#include "comm/device_collectives.hpp"
#include "tensor/weight_source.hpp"

namespace shoal::search {

/// Weights that rank 0 reads, once per job, and that go from device to device. A rank that fails meanwhile, for want of
/// memory, lets the others wait until the patience of `devices` ends. `devices` outlives the result.
tensor::WeightSource read_once(const comm::Communicator& comm, comm::DeviceCollectives& devices);

}  // namespace shoal::search
