#include "swarm/optimiser/symmetric_eigen.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

namespace shoal::swarm::symmetric_eigen_test {

TEST_CASE("eigenvalues worked out by hand", "[symmetric_eigen]") {
  auto values = symmetric_eigen({2.0, 1.0, 1.0, 2.0}, 2).values;
  std::ranges::sort(values);
  CHECK(values[0] == Approx(1.0));
  CHECK(values[1] == Approx(3.0));
}

TEST_CASE("values and vectors make up the matrix, and the vectors are orthonormal", "[symmetric_eigen]") {
  constexpr std::size_t n = 7;
  std::vector<double> matrix(n * n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) matrix[i * n + j] = 1.0 / static_cast<double>(i + j + 1);  // Hilbert's
  }
  const SymmetricEigen eigen = symmetric_eigen(matrix, n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      double entry = 0.0;
      double product = 0.0;
      for (std::size_t k = 0; k < n; ++k) {
        entry += eigen.vectors[i * n + k] * eigen.values[k] * eigen.vectors[j * n + k];
        product += eigen.vectors[k * n + i] * eigen.vectors[k * n + j];
      }
      CHECK(entry == Approx(matrix[i * n + j]).margin(1e-14));
      CHECK(product == Approx(i == j ? 1.0 : 0.0).margin(1e-14));
    }
  }
}

TEST_CASE("a matrix without anything beside its diagonal is left as it is", "[symmetric_eigen]") {
  const SymmetricEigen eigen = symmetric_eigen({3.0, 0.0, 0.0, -1.0}, 2);
  CHECK(eigen.values == std::vector{3.0, -1.0});
  CHECK(eigen.vectors == std::vector{1.0, 0.0, 0.0, 1.0});
}

}  // namespace shoal::swarm::symmetric_eigen_test
