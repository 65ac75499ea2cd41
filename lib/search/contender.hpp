#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "search/wave.hpp"
#include "swarm/coordinates.hpp"
#include "tensor/model_delta.hpp"

namespace shoal::search {

/// What gets a row of the final table, before it is scored: an affine position, or one of the other three.
struct Contender {
  std::string name;
  swarm::Coordinates position = {};
  std::function<tensor::ModelDelta()> model = {};  ///< see Assignment
  std::optional<DenseView> dense = std::nullopt;
  Pack pack = {};                ///< see Assignment
  std::int64_t evaluations = 0;  ///< made to find it
  double seconds = 0.0;          ///< spent on finding it by this process
};

inline Assignment assignment_of(const Contender& contender, const Workload& workload) {
  return {contender.position, workload.blocks, {}, {}, contender.dense, contender.model, contender.pack};
}

}  // namespace shoal::search
