#include "weights/merge/merge_tensors.hpp"

#include <ATen/ATen.h>

#include <vector>

#include "weights/merge/merge_linear.hpp"
#include "weights/merge/merge_sparse.hpp"
#include "weights/pool/weighted_sum.hpp"

namespace shoal::weights {
namespace {

std::vector<at::Tensor> in_float32(std::span<const at::Tensor> tensors) {
  std::vector<at::Tensor> result;
  for (const at::Tensor& tensor : tensors) result.push_back(tensor.to(at::kFloat).contiguous());
  return result;
}

std::vector<at::Tensor> differences(std::span<const at::Tensor> tensors, const std::optional<at::Tensor>& base) {
  std::vector<at::Tensor> result;
  for (const at::Tensor& tensor : tensors) result.push_back(base ? tensor.sub(*base) : tensor);
  return result;
}

at::Tensor thinned(const at::Tensor& delta, const MergeOptions& options, const MaskPlace& place) {
  return options.method == MergeMethod::ties ? trim(delta, options.density) : drop(delta, options.density, place);
}

at::Tensor merge_elementwise(std::span<const at::Tensor> deltas, const MergeOptions& options, std::uint32_t number) {
  std::vector<at::Tensor> thin;
  std::vector<double> weights;
  for (std::size_t k = 0; k < deltas.size(); ++k) {
    thin.push_back(thinned(deltas[k], options, {options.seed, number, static_cast<std::uint32_t>(k)}));
    weights.push_back(options.weight(k));
  }
  return elected_mean(thin, weights);
}

at::Tensor merge_linearly(std::span<const at::Tensor> tensors, const std::optional<at::Tensor>& base,
                          const MergeOptions& options) {
  Gram gram(tensors.size());  // what most methods do not look at
  if (options.method == MergeMethod::slerp) gram = gram_of(tensors);
  if (options.method == MergeMethod::model_stock) gram = gram_of(differences(tensors, base));
  const Combination combination = combine(options, gram);
  std::vector<Term> terms;
  for (std::size_t k = 0; k < tensors.size(); ++k) terms.push_back({tensors[k], combination.coefficients[k]});
  if (base && combination.base != 0.0) terms.push_back({*base, combination.base});
  return weighted_sum(terms);
}

}  // namespace

at::Tensor merge_tensors(std::span<const at::Tensor> experts, const std::optional<at::Tensor>& base,
                         const MergeOptions& options, std::uint32_t number) {
  const std::vector<at::Tensor> tensors = in_float32(experts);
  std::optional<at::Tensor> origin;
  if (base) origin = base->to(at::kFloat).contiguous();
  if (!is_elementwise(options.method)) return merge_linearly(tensors, origin, options);
  const at::Tensor delta = merge_elementwise(differences(tensors, origin), options, number);
  return origin ? origin->add(delta) : delta;
}

}  // namespace shoal::weights
