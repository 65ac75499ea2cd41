#pragma once

#include <cstddef>
#include <vector>

namespace shoal::swarm {

/// A = V diag(values) V^T of a symmetric matrix [size, size], row by row. vectors[i * size + k] is entry i of the
/// eigenvector of values[k]; in no particular order.
struct SymmetricEigen {
  std::vector<double> values;
  std::vector<double> vectors;
};

/// Jacobi's rotations, in a fixed order: the same bits everywhere. For the few dozen dimensions of a swarm.
SymmetricEigen symmetric_eigen(std::vector<double> matrix, std::size_t size);

}  // namespace shoal::swarm
