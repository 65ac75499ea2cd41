#pragma once

#include <c10/util/BFloat16.h>

#include "model/kernel/row_kernels.hpp"
#include "model/kernel/step_attention.hpp"

struct CUstream_st;  // cudaStream_t is a pointer to it

namespace shoal::model {

// The GPU kernels by name: each call queues one on `stream` and returns; pointers are device memory, shapes as in
// row_kernels.hpp and step_attention.hpp. T is float or c10::BFloat16. Launch errors are left to cudaGetLastError.

template <typename T>
void launch_add_norm(T* residual, const T* update, const T* weight, T* out, std::int64_t rows, std::int64_t size,
                     double eps, CUstream_st* stream);
template <typename T>
void launch_gate(const T* gate_up, T* out, std::int64_t rows, std::int64_t size, CUstream_st* stream);
template <typename T>
void launch_rotate(const RotationPlan& plan, const T* qkv, T* queries, T* keys, T* values, CUstream_st* stream);
template <typename T>
void launch_step_attention(const StepAttention<T>& attention, CUstream_st* stream);

}  // namespace shoal::model
