#include "weights/low_rank.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace shoal::weights {

at::Tensor dense(const LowRank& pair) {
  return at::matmul(pair.b.to(at::kFloat), pair.a.to(at::kFloat)).mul_(pair.scale);
}

at::Tensor fold(const at::Tensor& weight, const LowRank& pair) {
  return weight.to(at::kFloat).add(dense(pair)).to(weight.scalar_type());
}

namespace {

/// u s v with the singular values shared out evenly, of rank `rank`: cut, or padded with zeros.
Truncated cut(const at::Tensor& u, const at::Tensor& s, const at::Tensor& v, std::int64_t rank) {
  const std::int64_t kept = std::min(rank, s.size(0));
  const at::Tensor root = s.narrow(0, 0, kept).sqrt();
  at::Tensor b = u.narrow(1, 0, kept).mul(root);
  at::Tensor a = v.narrow(0, 0, kept).mul(root.unsqueeze(1));
  if (kept < rank) {
    b = at::constant_pad_nd(b, {0, rank - kept});
    a = at::constant_pad_nd(a, {0, 0, 0, rank - kept});
  }
  const double whole = s.norm().item<double>();
  const double lost = kept < s.size(0) ? s.narrow(0, kept, s.size(0) - kept).norm().item<double>() : 0.0;
  return {{a.to(at::kFloat).contiguous(), b.to(at::kFloat).contiguous(), 1.0}, whole > 0.0 ? lost / whole : 0.0};
}

}  // namespace

Truncated factorise(const at::Tensor& matrix, std::int64_t rank) {
  const auto [u, s, v] = at::linalg_svd(matrix.to(at::kDouble), /*full_matrices=*/false);
  return cut(u, s, v, rank);
}

Truncated truncate(const LowRank& pair, std::int64_t rank) {
  // B A = Q_b (R_b R_a^T) Q_a^T with B = Q_b R_b and A^T = Q_a R_a; the middle matrix is [rank, rank].
  const auto [q_b, r_b] = at::linalg_qr(pair.b.to(at::kDouble).mul(pair.scale));
  const auto [q_a, r_a] = at::linalg_qr(pair.a.to(at::kDouble).t());
  const auto [u, s, v] = at::linalg_svd(at::matmul(r_b, r_a.t()), /*full_matrices=*/false);
  return cut(at::matmul(q_b, u), s, at::matmul(v, q_a.t()), rank);
}

}  // namespace shoal::weights
