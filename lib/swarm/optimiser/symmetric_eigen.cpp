#include "swarm/optimiser/symmetric_eigen.hpp"

#include <cmath>

namespace shoal::swarm {
namespace {

class Jacobi {
 public:
  Jacobi(std::vector<double> matrix, std::size_t size) : a_(std::move(matrix)), v_(size * size, 0.0), n_(size) {
    for (std::size_t i = 0; i < n_; ++i) v_[i * n_ + i] = 1.0;
  }

  SymmetricEigen run() {
    constexpr int most_sweeps = 60;  // a dozen suffice
    for (int sweep = 0; sweep < most_sweeps && !diagonal(); ++sweep) {
      for (std::size_t p = 0; p < n_; ++p) {
        for (std::size_t q = p + 1; q < n_; ++q) rotate(p, q);
      }
    }
    SymmetricEigen result{{}, std::move(v_)};
    for (std::size_t i = 0; i < n_; ++i) result.values.push_back(a(i, i));
    return result;
  }

 private:
  double& a(std::size_t i, std::size_t j) { return a_[i * n_ + j]; }

  bool diagonal() {
    double inside = 0.0;
    double outside = 0.0;
    for (std::size_t i = 0; i < n_; ++i) {
      for (std::size_t j = 0; j < n_; ++j) (i == j ? inside : outside) += a(i, j) * a(i, j);
    }
    constexpr double negligible = 1e-30;
    return outside <= negligible * inside;
  }

  // Makes a_pq zero: tan of the angle is the smaller root of t^2 + 2 t (a_qq - a_pp) / (2 a_pq) - 1 = 0.
  void rotate(std::size_t p, std::size_t q) {
    if (a(p, q) == 0.0) return;
    const double theta = (a(q, q) - a(p, p)) / (2.0 * a(p, q));
    const double t = (theta >= 0.0 ? 1.0 : -1.0) / (std::abs(theta) + std::sqrt(theta * theta + 1.0));
    const double c = 1.0 / std::sqrt(t * t + 1.0);
    const double s = t * c;
    const auto turn = [c, s](double& x, double& y) {
      const double old = x;
      x = c * old - s * y;
      y = s * old + c * y;
    };
    for (std::size_t k = 0; k < n_; ++k) turn(a(k, p), a(k, q));
    for (std::size_t k = 0; k < n_; ++k) turn(a(p, k), a(q, k));
    for (std::size_t k = 0; k < n_; ++k) turn(v_[k * n_ + p], v_[k * n_ + q]);
  }

  std::vector<double> a_;
  std::vector<double> v_;
  std::size_t n_;
};

}  // namespace

SymmetricEigen symmetric_eigen(std::vector<double> matrix, std::size_t size) {
  return Jacobi(std::move(matrix), size).run();
}

}  // namespace shoal::swarm
