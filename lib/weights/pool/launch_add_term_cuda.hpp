#pragma once

#include <cstdint>

struct CUstream_st;  // cudaStream_t is a pointer to it

namespace shoal::weights {

/// Queues sum += a x (add_term.cuh) for `count` numbers in device memory. T: float, double, c10::BFloat16, c10::Half.
template <typename T>
void launch_add_term(float* sum, const T* x, float a, std::int64_t count, CUstream_st* stream);

}  // namespace shoal::weights
