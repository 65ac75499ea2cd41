#pragma once

// Runs the kernels of a .cuh file on the CPU: every CUDA thread of a block is a thread, blocks follow one another, and
// shared memory is static. Slow, but shuffles, barriers and divergence mean what they mean on a GPU. Include this after
// everything but the .cuh files.

#include <barrier>
#include <deque>
#include <thread>
#include <vector>

#define __global__
#define __device__
#define __shared__ static

namespace shoal::testing {

struct Dim {
  unsigned x = 1;
  unsigned y = 1;
};

/// What the lanes of a warp exchange.
struct EmulatedWarp {
  std::barrier<> barrier{32};
  float values[32] = {};
};

struct EmulatedBlock {
  explicit EmulatedBlock(unsigned threads) : barrier(static_cast<std::ptrdiff_t>(threads)), warps(threads / 32) {}
  std::barrier<> barrier;
  std::deque<EmulatedWarp> warps;
};

inline thread_local EmulatedBlock* emulated_block = nullptr;

}  // namespace shoal::testing

inline thread_local shoal::testing::Dim threadIdx, blockIdx, blockDim, gridDim;

inline void __syncthreads() { shoal::testing::emulated_block->barrier.arrive_and_wait(); }
inline void __syncwarp() { shoal::testing::emulated_block->warps[threadIdx.x / 32].barrier.arrive_and_wait(); }

inline float __shfl_xor_sync(unsigned /*mask*/, float value, int distance) {
  auto& warp = shoal::testing::emulated_block->warps[threadIdx.x / 32];
  const unsigned lane = threadIdx.x % 32;
  warp.values[lane] = value;
  warp.barrier.arrive_and_wait();
  const float theirs = warp.values[lane ^ static_cast<unsigned>(distance)];
  warp.barrier.arrive_and_wait();
  return theirs;
}

// Compiled without fused multiply-add (-ffp-contract=off), so plain operators round each result.
inline float __fadd_rn(float a, float b) { return a + b; }
inline float __fsub_rn(float a, float b) { return a - b; }
inline float __fmul_rn(float a, float b) { return a * b; }

namespace shoal::testing {

/// kernel<<<grid, threads>>>(): `kernel` is called once per CUDA thread. `threads` is a multiple of 32.
template <typename Kernel>
void launch_on_cpu(Dim grid, unsigned threads, const Kernel& kernel) {
  EmulatedBlock block(threads);
  std::vector<std::jthread> workers;
  for (unsigned t = 0; t < threads; ++t) {
    workers.emplace_back([&, t] {
      emulated_block = &block;
      threadIdx = {t, 0};
      blockDim = {threads, 1};
      gridDim = grid;
      for (unsigned b = 0; b < grid.x * grid.y; ++b) {
        blockIdx = {b % grid.x, b / grid.x};
        kernel();
        __syncthreads();
      }
    });
  }
}

}  // namespace shoal::testing
