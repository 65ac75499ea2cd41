#include <c10/util/BFloat16.h>
#include <c10/util/Half.h>

#include <algorithm>

#include "weights/pool/add_term.cuh"
#include "weights/pool/launch_add_term_cuda.hpp"

namespace shoal::weights {

template <typename T>
void launch_add_term(float* sum, const T* x, float a, std::int64_t count, CUstream_st* stream) {
  constexpr std::int64_t threads = 256;
  constexpr std::int64_t most_blocks = 4096;
  const std::int64_t blocks = std::min((count + threads - 1) / threads, most_blocks);
  add_term_kernel<<<static_cast<unsigned>(blocks), static_cast<unsigned>(threads), 0, stream>>>(sum, x, a, count);
}

template void launch_add_term(float*, const float*, float, std::int64_t, CUstream_st*);
template void launch_add_term(float*, const double*, float, std::int64_t, CUstream_st*);
template void launch_add_term(float*, const c10::BFloat16*, float, std::int64_t, CUstream_st*);
template void launch_add_term(float*, const c10::Half*, float, std::int64_t, CUstream_st*);

}  // namespace shoal::weights
