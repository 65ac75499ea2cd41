#include "base/error.hpp"
#include "model/kernel/device_rows.hpp"

namespace shoal::model {

namespace {

[[noreturn]] void refuse() { fail(ExitCode::internal, "this build computes on CPUs only (a tensor lies elsewhere)."); }

}  // namespace

void add_norm_on_device(const at::Tensor& /*residual*/, const at::Tensor& /*update*/, const at::Tensor& /*weight*/,
                        double /*eps*/, const at::Tensor& /*out*/) {
  refuse();
}

void gate_on_device(const at::Tensor& /*gate_up*/, const at::Tensor& /*out*/) { refuse(); }

void rotate_and_store_on_device(const at::Tensor& /*qkv*/, const RotationPlan& /*plan*/,
                                const AttentionBuffers& /*buffers*/) {
  refuse();
}

void attend_steps_on_device(const AttentionShape& /*shape*/, const AttentionBuffers& /*buffers*/,
                            const at::Tensor& /*key_rows*/, const at::Tensor& /*positions*/,
                            const at::Tensor& /*out*/) {
  refuse();
}

}  // namespace shoal::model
