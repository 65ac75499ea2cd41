#include "inputs/read_once.hpp"

#include "base/error.hpp"

namespace shoal::inputs {
namespace {

/// As numbers of the same size: a broadcast only moves bits.
ScalarType type_of_size(std::size_t bytes) {
  for (const ScalarType type : {ScalarType::bfloat16, ScalarType::float32, ScalarType::float64}) {
    if (size_of(type) == bytes) return type;
  }
  fail(ExitCode::internal, "weights of {} bytes a number cannot be broadcast.", bytes);
}

Buffer buffer_of(const at::Tensor& weights) {
  return {weights.mutable_data_ptr(), static_cast<std::size_t>(weights.numel()),
          type_of_size(static_cast<std::size_t>(weights.element_size())),
          weights.is_cuda() ? Device::cuda : Device::cpu};
}

}  // namespace

weights::WeightSource read_once(const comm::Communicator& comm, comm::DeviceCollectives& devices) {
  return {comm.rank() == 0, [&comm, &devices](const at::Tensor& weights) {
            devices.broadcast(buffer_of(weights), 0);
            comm.liveness().beat();
          }};
}

}  // namespace shoal::inputs
