#include <ATen/ops/full.h>
#include <c10/cuda/CUDAException.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

#include "base/error.hpp"
#include "weights/pool/device_sum.hpp"
#include "weights/pool/launch_add_term_cuda.hpp"

namespace shoal::weights {
namespace {

template <typename T>
void add(const at::Tensor& sum, const Term& term, CUstream_st* stream) {
  launch_add_term(sum.mutable_data_ptr<float>(), term.values.const_data_ptr<T>(), static_cast<float>(term.coefficient),
                  sum.numel(), stream);
}

void add_any(const at::Tensor& sum, const Term& term, CUstream_st* stream) {
  switch (term.values.scalar_type()) {
    case at::kFloat:
      return add<float>(sum, term, stream);
    case at::kBFloat16:
      return add<at::BFloat16>(sum, term, stream);
    case at::kHalf:
      return add<at::Half>(sum, term, stream);
    case at::kDouble:
      return add<double>(sum, term, stream);
    default:
      fail(ExitCode::internal, "only floating-point tensors have weighted sums.");
  }
}

}  // namespace

at::Tensor weighted_sum_on_device(std::span<const Term> terms) {
  const at::Tensor& first = terms.front().values;
  const c10::cuda::CUDAGuard guard(first.device());
  const auto stream = c10::cuda::getCurrentCUDAStream(first.device().index());
  // -0 + x is x for every x, also for -0
  at::Tensor sum = at::full(first.sizes(), -0.0, at::TensorOptions(at::kFloat).device(first.device()));
  if (sum.numel() == 0) return sum;
  for (const Term& term : terms) {
    expect(
        term.values.is_contiguous() && term.values.sizes() == first.sizes() && term.values.device() == first.device(),
        "the terms of a weighted sum are contiguous, of one shape and on one device.");
    add_any(sum, term, stream.stream());
    C10_CUDA_KERNEL_LAUNCH_CHECK();
  }
  return sum;
}

}  // namespace shoal::weights
