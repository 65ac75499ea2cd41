#include <ATen/cuda/CUDAGraph.h>

#include <map>

#include "model/decoding/step_graphs.hpp"

namespace shoal::model {

namespace {

/// One memory pool for all graphs: they are replayed one after the other, and nothing that one leaves in the pool is
/// read after the next.
class CudaStepGraphs : public StepGraphs {
 public:
  bool has(std::int64_t bucket) const override { return graphs_.contains(bucket); }

  // Thread local: what other threads do in the meantime, allocations included, is their affair.
  void record(std::int64_t bucket, const std::function<void()>& step) override {
    auto graph = std::make_unique<at::cuda::CUDAGraph>();
    graph->capture_begin(pool_, cudaStreamCaptureModeThreadLocal);
    try {
      step();
    } catch (...) {
      end_quietly(*graph);
      throw;
    }
    graph->capture_end();
    graphs_[bucket] = std::move(graph);
  }

  void replay(std::int64_t bucket) override { graphs_.at(bucket)->replay(); }

 private:
  // The step's own error is the one to be told.
  static void end_quietly(at::cuda::CUDAGraph& graph) {
    try {
      graph.capture_end();
    } catch (const c10::Error&) {
    }
  }

  at::cuda::MempoolId_t pool_ = at::cuda::graph_pool_handle();
  std::map<std::int64_t, std::unique_ptr<at::cuda::CUDAGraph>> graphs_;
};

}  // namespace

std::unique_ptr<StepGraphs> make_step_graphs(at::Device device) {
  if (!device.is_cuda()) return nullptr;
  return std::make_unique<CudaStepGraphs>();
}

}  // namespace shoal::model
