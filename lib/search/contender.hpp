#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "search/wave.hpp"
#include "swarm/coordinates.hpp"
#include "tensor/model_delta.hpp"

namespace shoal::search {

/// A model that gets a row of the final table, before it is scored: an affine position, or one of the other two.
struct Contender {
  std::string name;
  swarm::Coordinates position = {};
  std::function<tensor::ModelDelta()> model = {};  ///< see Assignment
  std::optional<DenseView> dense = std::nullopt;
  std::int64_t evaluations = 0;  ///< made to find it
};

inline Assignment assignment_of(const Contender& contender, const Workload& workload) {
  return {contender.position, workload.blocks, {}, {}, contender.dense, contender.model};
}

}  // namespace shoal::search
