#include "weights/pool/lora_pool.hpp"

#include <ATen/ATen.h>

#include "base/error.hpp"
#include "weights/pool/weighted_sum.hpp"

namespace shoal::weights {
namespace {

namespace fs = std::filesystem;

void check_against_base(const PeftAdapter& adapter, const SafetensorsFolder& base) {
  for (const auto& [module, layer] : adapter.layers()) {
    const std::string weight = module + ".weight";
    if (!base.has(weight)) {
      fail(ExitCode::input,
           "expert {} adapts {}, which the base model {} does not have. Was it trained on another model?",
           adapter.folder().string(), module, base.path().string());
    }
    const std::vector<std::int64_t> expected{layer.out_features, layer.in_features};
    const auto& actual = base.entry(weight).shape;
    if (actual != expected) {
      fail(ExitCode::input,
           "expert {} adapts {} as a [{}] matrix, in the base model {} it is [{}]. Was it trained on another model?",
           adapter.folder().string(), module, fmt::join(expected, ", "), base.path().string(), fmt::join(actual, ", "));
    }
  }
}

void check_same_layout(const PeftAdapter& first, const PeftAdapter& other) {
  constexpr const char* advice = "merge_space: factors needs equal ranks, alphas and targets. Use merge_space: delta";
  for (const auto& [module, layer] : first.layers()) {
    const auto found = other.layers().find(module);
    if (found == other.layers().end()) {
      fail(ExitCode::input, "expert {} does not adapt {}, which {} does ({}).", other.folder().string(), module,
           first.folder().string(), advice);
    }
    if (found->second.rank != layer.rank) {
      fail(ExitCode::input, "expert {} has rank {} in {} where {} has rank {} ({}).", other.folder().string(),
           found->second.rank, module, first.folder().string(), layer.rank, advice);
    }
    if (found->second.scale != layer.scale) {
      fail(ExitCode::input, "expert {} scales {} by {} where {} scales it by {} ({}).", other.folder().string(), module,
           found->second.scale, first.folder().string(), layer.scale, advice);
    }
  }
  if (other.layers().size() != first.layers().size()) check_same_layout(other, first);
}

/// All factors of all experts, flattened: one contiguous row per expert, so that a sum is one pass over memory.
class FactorStore : public ExpertStore {
 public:
  FactorStore(std::span<const PeftAdapter> adapters, at::Device device, const WeightSource& source)
      : layers_(adapters.front().layers()) {
    for (const PeftAdapter& adapter : adapters) {
      const auto options = at::TensorOptions(adapter.type()).device(device);
      rows_.push_back(source.fetch({numbers()}, options, [&] { return flatten(adapter).to(device); }));
    }
  }

  ModelDelta materialise(const LayerMix& mix) const override {
    return unflatten(mix.blocks() == 1 ? sum(rows_, mix.of("")) : sum_by_module(mix));
  }

  std::size_t bytes() const override {
    std::size_t total = 0;
    for (const at::Tensor& row : rows_) total += row.nbytes();
    return total;
  }

 private:
  static at::Tensor sum(const std::vector<at::Tensor>& rows, std::span<const double> coefficients) {
    std::vector<Term> terms;
    for (std::size_t k = 0; k < rows.size(); ++k) terms.push_back({rows[k], coefficients[k]});
    return weighted_sum(terms);
  }

  at::Tensor sum_by_module(const LayerMix& mix) const {
    std::vector<at::Tensor> sums;
    std::int64_t at = 0;
    for (const auto& [module, layer] : layers_) {
      const std::int64_t count = layer.rank * (layer.in_features + layer.out_features);
      std::vector<at::Tensor> parts;
      for (const at::Tensor& row : rows_) parts.push_back(row.narrow(0, at, count));
      sums.push_back(sum(parts, mix.of(module)));
      at += count;
    }
    return at::cat(sums);
  }

  /// In the factors of one expert.
  std::int64_t numbers() const {
    std::int64_t count = 0;
    for (const auto& [module, layer] : layers_) count += layer.rank * (layer.in_features + layer.out_features);
    return count;
  }

  at::Tensor flatten(const PeftAdapter& adapter) const {
    std::vector<at::Tensor> parts;
    for (const auto& [module, layer] : layers_) {
      const LowRank pair = adapter.read(module);
      parts.push_back(pair.a.reshape(-1));
      parts.push_back(pair.b.reshape(-1));
    }
    return at::cat(parts);  // in the file's type; mixed types become the wider one, which is exact
  }

  ModelDelta unflatten(const at::Tensor& flat) const {
    ModelDelta delta;
    std::int64_t at = 0;
    const auto next = [&](std::int64_t rows, std::int64_t columns) {
      const at::Tensor part = flat.narrow(0, at, rows * columns).view({rows, columns});
      at += rows * columns;
      return part;
    };
    for (const auto& [module, layer] : layers_) {
      const at::Tensor a = next(layer.rank, layer.in_features);
      const at::Tensor b = next(layer.out_features, layer.rank);
      delta.low_rank[module] = {a, b, layer.scale};
    }
    return delta;
  }

  std::map<std::string, LoraLayer> layers_;
  std::vector<at::Tensor> rows_;  // one per expert, [all factors]
};

/// dW = sum a_k s_k B_k A_k as one pair: the A_k stacked, the columns of the B_k scaled by a_k s_k. Every expert keeps
/// its columns also when its coefficient is 0, so that shapes (and with them rounding) do not depend on values.
class DeltaStore : public ExpertStore {
 public:
  DeltaStore(std::span<const PeftAdapter> adapters, at::Device device) {
    for (std::size_t k = 0; k < adapters.size(); ++k) {
      for (const auto& [module, layer] : adapters[k].layers()) add(layers_[module], adapters[k].read(module), k);
    }
    for (auto& [module, layer] : layers_) stack(layer, device);
  }

  ModelDelta materialise(const LayerMix& mix) const override {
    ModelDelta delta;
    for (const auto& [module, layer] : layers_) {
      const std::span<const double> coefficients = mix.of(module);
      const auto columns = static_cast<std::int64_t>(layer.owner.size());
      at::Tensor weights = at::empty({columns}, at::kFloat);
      for (std::int64_t c = 0; c < columns; ++c) {
        const auto i = static_cast<std::size_t>(c);
        weights.data_ptr<float>()[c] = static_cast<float>(coefficients[layer.owner[i]] * layer.scale[i]);
      }
      delta.low_rank[module] = {layer.a, layer.b.mul(weights.to(layer.b.device())), 1.0};
    }
    return delta;
  }

  std::size_t bytes() const override {
    std::size_t total = 0;
    for (const auto& [module, layer] : layers_) total += layer.a.nbytes() + layer.b.nbytes();
    return total;
  }

 private:
  struct Stacked {
    std::vector<at::Tensor> a_parts;
    std::vector<at::Tensor> b_parts;
    std::vector<std::size_t> owner;  // of each column of b: the expert
    std::vector<double> scale;       // of each column of b
    at::Tensor a;                    // float32 [sum of ranks, in_features]
    at::Tensor b;                    // float32 [out_features, sum of ranks]
  };

  static void add(Stacked& layer, const LowRank& pair, std::size_t expert) {
    layer.a_parts.push_back(pair.a.to(at::kFloat));
    layer.b_parts.push_back(pair.b.to(at::kFloat));
    layer.owner.resize(layer.owner.size() + static_cast<std::size_t>(pair.a.size(0)), expert);
    layer.scale.resize(layer.owner.size(), pair.scale);
  }

  static void stack(Stacked& layer, at::Device device) {
    layer.a = at::cat(layer.a_parts, 0).to(device);
    layer.b = at::cat(layer.b_parts, 1).to(device);
    layer.a_parts.clear();
    layer.b_parts.clear();
  }

  std::map<std::string, Stacked> layers_;
};

}  // namespace

std::vector<PeftAdapter> open_adapters(std::span<const fs::path> folders, const SafetensorsFolder& base,
                                       MergeSpace space) {
  std::vector<PeftAdapter> adapters;
  for (const fs::path& folder : folders) {
    adapters.push_back(PeftAdapter::open(folder));
    check_against_base(adapters.back(), base);
    if (space == MergeSpace::factors) check_same_layout(adapters.front(), adapters.back());
  }
  return adapters;
}

std::shared_ptr<const ExpertStore> load_lora_pool(std::span<const PeftAdapter> adapters, MergeSpace space,
                                                  at::Device device, const WeightSource& source) {
  if (space == MergeSpace::factors) return std::make_shared<FactorStore>(adapters, device, source);
  return std::make_shared<DeltaStore>(adapters, device);
}

}  // namespace shoal::weights
