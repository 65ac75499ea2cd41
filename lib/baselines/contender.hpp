#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "evaluation/wave.hpp"
#include "swarm/coordinates.hpp"
#include "weights/model_delta.hpp"

namespace shoal::baselines {

/// What gets a row of the final table, before it is scored: an affine position, or one of the other three.
struct Contender {
  std::string name;
  swarm::Coordinates position = {};
  std::function<weights::ModelDelta()> model = {};  ///< see Assignment
  std::optional<evaluation::DenseView> dense = std::nullopt;
  evaluation::Pack pack = {};    ///< see Assignment
  std::int64_t evaluations = 0;  ///< made to find it
  double seconds = 0.0;          ///< spent on finding it by this process
};

inline evaluation::Assignment assignment_of(const Contender& contender, const evaluation::Workload& workload) {
  return {contender.position, workload.blocks, {}, {}, contender.dense, contender.model, contender.pack};
}

}  // namespace shoal::baselines
