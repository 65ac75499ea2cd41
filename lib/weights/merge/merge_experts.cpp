#include "weights/merge/merge_experts.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <set>

#include "weights/finite.hpp"
#include "weights/low_rank.hpp"
#include "weights/merge/merge_linear.hpp"
#include "weights/merge/merge_tensors.hpp"
#include "weights/pool/full_model_pool.hpp"
#include "weights/pool/lora_pool.hpp"

namespace shoal::weights {
namespace {

/// Adapters and the base that they belong to.
struct Adapters {
  SafetensorsFolder base;
  std::vector<PeftAdapter> all;

  /// Every layer that any of them adapts.
  std::set<std::string> modules() const {
    std::set<std::string> names;
    for (const PeftAdapter& adapter : all) {
      for (const auto& [module, layer] : adapter.layers()) names.insert(module);
    }
    return names;
  }

  /// One pair each; of rank 0 where an adapter leaves the layer alone.
  std::vector<LowRank> read(const std::string& module) const {
    const auto& shape = base.entry(module + ".weight").shape;
    std::vector<LowRank> pairs;
    for (const PeftAdapter& adapter : all) {
      const bool there = adapter.layers().contains(module);
      pairs.push_back(there ? adapter.read(module)
                            : LowRank{at::zeros({0, shape[1]}), at::zeros({shape[0], std::int64_t{0}}), 1.0});
    }
    return pairs;
  }
};

ModelDelta merge_factors(const Adapters& adapters, const MergeOptions& options) {
  ModelDelta delta;
  std::uint32_t number = 0;
  for (const std::string& module : adapters.modules()) {
    std::vector<at::Tensor> a;
    std::vector<at::Tensor> b;
    for (const LowRank& pair : adapters.read(module)) {
      a.push_back(pair.a);
      b.push_back(pair.b);
    }
    const double scale = adapters.all.front().layers().at(module).scale;
    at::Tensor merged_a = merge_tensors(a, std::nullopt, options, number++);
    delta.low_rank[module] = {std::move(merged_a), merge_tensors(b, std::nullopt, options, number++), scale};
  }
  return delta;
}

/// sum_k c_k s_k B_k A_k as one pair: the A_k stacked, the B_k side by side.
LowRank stack(std::span<const LowRank> pairs, std::span<const double> coefficients) {
  std::vector<at::Tensor> a;
  std::vector<at::Tensor> b;
  for (std::size_t k = 0; k < pairs.size(); ++k) {
    a.push_back(pairs[k].a.to(at::kFloat));
    b.push_back(pairs[k].b.to(at::kFloat).mul(pairs[k].scale * coefficients[k]));
  }
  return {at::cat(a, 0), at::cat(b, 1), 1.0};
}

at::Tensor merge_products(std::span<const LowRank> pairs, const MergeOptions& options, std::uint32_t number) {
  std::vector<at::Tensor> products;
  for (const LowRank& pair : pairs) products.push_back(dense(pair));
  return merge_tensors(products, std::nullopt, options, number);
}

Merged merge_deltas(const Adapters& adapters, const MergeOptions& options, std::optional<std::int64_t> rank) {
  Merged merged;
  std::uint32_t number = 0;
  for (const std::string& module : adapters.modules()) {
    const std::vector<LowRank> pairs = adapters.read(module);
    if (!is_elementwise(options.method)) {
      merged.delta.low_rank[module] = stack(pairs, combine(options, gram_of(pairs)).coefficients);
      continue;
    }
    const at::Tensor change = merge_products(pairs, options, number++);
    if (rank) {
      Truncated factors = factorise(change, *rank);
      merged.relative_error = std::max(merged.relative_error, factors.relative_error);
      merged.delta.low_rank[module] = std::move(factors.pair);
    } else {
      const std::string weight = module + ".weight";
      merged.delta.full[weight] = adapters.base.tensor(weight).to(at::kFloat).add(change);
    }
  }
  return merged;
}

ModelDelta merge_models(std::span<const SafetensorsFolder> models, const SafetensorsFolder& base,
                        const MergeOptions& options) {
  ModelDelta delta;
  std::uint32_t number = 0;
  for (const std::string& name : base.names()) {
    if (!at::isFloatingType(base.entry(name).type)) continue;  // position ids and masks stay the base's
    std::vector<at::Tensor> tensors;
    for (const SafetensorsFolder& model : models) {
      tensors.push_back(model.tensor(name));
      check_finite(model, name);
    }
    delta.full[name] = merge_tensors(tensors, base.tensor(name), options, number++);
  }
  return delta;
}

}  // namespace

Merged merge_experts(std::span<const std::filesystem::path> folders, const std::filesystem::path& base,
                     MergeSpace space, const MergeOptions& options, std::optional<std::int64_t> rank) {
  check(options, folders.size());
  ExpertPool::check(folders, base, space);
  const SafetensorsFolder foundation(base);
  if (!is_peft_adapter(folders.front())) {
    return {merge_models(open_full_models(folders, foundation), foundation, options), 0.0};
  }
  const Adapters adapters{foundation, open_adapters(folders, foundation, space)};
  if (space == MergeSpace::delta) return merge_deltas(adapters, options, rank);
  return {merge_factors(adapters, options), 0.0};
}

}  // namespace shoal::weights
