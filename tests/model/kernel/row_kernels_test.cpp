#include "model/kernel/row_kernels.hpp"

#include "support/torch_catch.hpp"
// torch_catch.hpp first: Catch2 and LibTorch both define CHECK
#include "support/tiny_model.hpp"
// cuda_on_cpu.hpp last: it gives CUDA's words a meaning
#include "support/cuda_on_cpu.hpp"
//
#include "model/kernel/row_kernels.cuh"

namespace row_kernels_test {

using namespace shoal::model;
using namespace shoal::testing;

// The GPU kernels, run thread by thread on the CPU, against the CPU's own.

namespace {

constexpr std::int64_t rows = 3;

bool near(const at::Tensor& actual, const at::Tensor& expected) {
  const double limit = actual.scalar_type() == at::kFloat ? 1e-5 : 1.0 / 128.0;
  return at::allclose(actual.to(at::kFloat), expected.to(at::kFloat), limit, limit);
}

template <typename T>
at::ScalarType type_of() {
  return c10::CppTypeToScalarType<T>::value;
}

template <typename T, int width>
void check_add_norm(std::int64_t size, bool with_update) {
  const at::Tensor before = random_tensor({rows, size}, 1).to(type_of<T>());
  const at::Tensor update = random_tensor({rows, size}, 2).to(type_of<T>());
  const at::Tensor weight = random_tensor({size}, 3).to(type_of<T>());
  const at::Tensor expected_residual = before.clone();
  const at::Tensor residual = before.clone();
  const at::Tensor expected = at::empty_like(before);
  const at::Tensor out = at::empty_like(before);
  const T* const more = with_update ? update.const_data_ptr<T>() : nullptr;
  add_norm_rows(expected_residual.mutable_data_ptr<T>(), more, weight.const_data_ptr<T>(),
                expected.mutable_data_ptr<T>(), rows, size, 1e-5);
  launch_on_cpu({rows}, 64, [&] {
    add_norm_kernel<T, width>(residual.mutable_data_ptr<T>(), more, weight.const_data_ptr<T>(),
                              out.mutable_data_ptr<T>(), size, 1e-5F);
  });
  CHECK(residual.equal(expected_residual));
  CHECK(near(out, expected));
}

template <typename T, int width>
void check_gate(std::int64_t size) {
  const at::Tensor gate_up = (random_tensor({rows, 2 * size}, 4) * 40.0).to(type_of<T>());
  const at::Tensor expected = at::empty({rows, size}, type_of<T>());
  const at::Tensor out = at::empty_like(expected);
  gate_rows(gate_up.const_data_ptr<T>(), expected.mutable_data_ptr<T>(), rows, size);
  launch_on_cpu({2}, 32,
                [&] { gate_kernel<T, width>(gate_up.const_data_ptr<T>(), out.mutable_data_ptr<T>(), rows, size); });
  CHECK(near(out, expected));
}

template <typename T>
void check_rotate(std::int64_t head_dim) {
  const at::Tensor qkv = random_tensor({rows, 7 * head_dim}, 5).to(type_of<T>());  // three query heads, two kv heads
  const at::Tensor angles = random_tensor({10, head_dim / 2}, 6);
  const at::Tensor cosine = angles.cos();
  const at::Tensor sine = angles.sin();
  const std::vector<std::int64_t> positions{4, 0, 9};
  const std::vector<std::int64_t> slots{2, 5, 0};
  const RotationPlan plan{rows,
                          3 * head_dim,
                          2 * head_dim,
                          head_dim,
                          cosine.const_data_ptr<float>(),
                          sine.const_data_ptr<float>(),
                          positions.data(),
                          slots.data()};
  std::vector<at::Tensor> expected{at::zeros({rows, 3 * head_dim}, type_of<T>()),
                                   at::zeros({6, 2 * head_dim}, type_of<T>()),
                                   at::zeros({6, 2 * head_dim}, type_of<T>())};
  std::vector<at::Tensor> actual;
  for (const at::Tensor& each : expected) actual.push_back(each.clone());
  const auto* const from = qkv.const_data_ptr<T>();
  rotate_rows(plan, from, expected[0].mutable_data_ptr<T>(), expected[1].mutable_data_ptr<T>(),
              expected[2].mutable_data_ptr<T>());
  launch_on_cpu({rows}, 32, [&] {
    rotate_kernel<T>(plan, from, actual[0].mutable_data_ptr<T>(), actual[1].mutable_data_ptr<T>(),
                     actual[2].mutable_data_ptr<T>());
  });
  for (std::size_t i = 0; i < expected.size(); ++i) CHECK(near(actual[i], expected[i]));
  CHECK(actual[2].equal(expected[2]));
}

}  // namespace

TEST_CASE("The GPU's add_norm kernel does what the CPU's does, whatever it reads at once") {
  for (const bool with_update : {true, false}) {
    check_add_norm<float, 1>(43, with_update);
    check_add_norm<float, 4>(600, with_update);
    check_add_norm<c10::BFloat16, 1>(43, with_update);
    check_add_norm<c10::BFloat16, 8>(600, with_update);
  }
}

TEST_CASE("The GPU's gate kernel does what the CPU's does, also far out") {
  check_gate<float, 1>(43);
  check_gate<float, 4>(56);
  check_gate<c10::BFloat16, 1>(43);
  check_gate<c10::BFloat16, 8>(56);
}

TEST_CASE("The GPU's rotation kernel does what the CPU's does") {
  for (const std::int64_t head_dim : {6, 16, 64}) {
    check_rotate<float>(head_dim);
    check_rotate<c10::BFloat16>(head_dim);
  }
}

}  // namespace row_kernels_test
