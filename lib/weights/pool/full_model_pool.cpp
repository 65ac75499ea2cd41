#include "weights/pool/full_model_pool.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <functional>
#include <numeric>

#include "base/error.hpp"
#include "base/json_document.hpp"
#include "weights/finite.hpp"
#include "weights/pool/weighted_sum.hpp"

namespace shoal::weights {
namespace {

void check_shape(const std::string& name, const SafetensorsFolder& model, const SafetensorsFolder& base) {
  const auto& actual = model.entry(name).shape;
  const auto& expected = base.entry(name).shape;
  if (actual == expected) return;
  fail(ExitCode::input, "expert {} has {} as [{}], the base model {} as [{}]. Is it a fine-tune of that model?",
       model.path().string(), name, fmt::join(actual, ", "), base.path().string(), fmt::join(expected, ", "));
}

void check_same_parameters(const SafetensorsFolder& model, const SafetensorsFolder& base) {
  for (const std::string& name : base.names()) {
    if (!model.has(name)) {
      fail(ExitCode::input, "expert {} lacks the parameter {} of the base model {}. Is it a fine-tune of that model?",
           model.path().string(), name, base.path().string());
    }
    check_shape(name, model, base);
  }
  for (const std::string& name : model.names()) {
    if (!base.has(name)) {
      fail(ExitCode::input, "expert {} has {}, which the base model {} does not have. Is it a fine-tune of that model?",
           model.path().string(), shown(name), base.path().string());
    }
  }
}

void check_finite(const SafetensorsFolder& model) {
  for (const std::string& name : model.names()) check_finite(model, name);
}

/// Buffers of whole numbers (position ids, masks) belong to the architecture: they stay the base's.
bool is_summed(const SafetensorsFolder& model, const std::string& name) {
  return at::isFloatingType(model.entry(name).type);
}

std::vector<FlatParameter> layout_of(const SafetensorsFolder& model) {
  std::vector<FlatParameter> layout;
  std::int64_t begin = 0;
  for (const std::string& name : model.names()) {
    if (!is_summed(model, name)) continue;
    const auto& shape = model.entry(name).shape;
    const std::int64_t count = std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
    layout.push_back({name, {shape.begin(), shape.end()}, begin, count});
    begin += count;
  }
  return layout;
}

class FullModelStore : public ExpertStore {
 public:
  FullModelStore(std::vector<SafetensorsFolder> models, const Share& share)
      : models_(std::move(models)), layout_(layout_of(models_.front())) {
    for (std::size_t k = share.index; k < models_.size(); k += share.of) check_finite(models_[k]);
  }

  ModelDelta materialise(const LayerMix& mix) const override {
    ModelDelta delta;
    for (const FlatParameter& parameter : layout_) {
      delta.full[parameter.name] = sum(parameter, mix.of(parameter.name), 0, parameter.count).view(parameter.shape);
    }
    return delta;
  }

  std::vector<FlatParameter> layout() const override { return layout_; }

  void sum_flat(std::span<const double> coefficients, std::int64_t begin, std::span<float> sums) const override {
    const std::int64_t end = begin + static_cast<std::int64_t>(sums.size());
    for (const FlatParameter& parameter : layout_) {
      const std::int64_t first = std::max(begin, parameter.begin);
      const std::int64_t last = std::min(end, parameter.begin + parameter.count);
      if (first >= last) continue;
      const at::Tensor part = sum(parameter, coefficients, first - parameter.begin, last - first);
      std::copy_n(part.const_data_ptr<float>(), last - first, sums.begin() + (first - begin));
    }
  }

  std::size_t bytes() const override {
    std::size_t total = 0;
    for (const SafetensorsFolder& model : models_) {
      for (const std::string& name : model.names()) total += model.entry(name).end - model.entry(name).begin;
    }
    return total;
  }

 private:
  /// Elements [begin, begin + count) of one parameter.
  at::Tensor sum(const FlatParameter& parameter, std::span<const double> coefficients, std::int64_t begin,
                 std::int64_t count) const {
    std::vector<Term> terms;
    for (std::size_t k = 0; k < models_.size(); ++k) {
      terms.push_back({models_[k].tensor(parameter.name).view(-1).narrow(0, begin, count), coefficients[k]});
    }
    return weighted_sum(terms);
  }

  std::vector<SafetensorsFolder> models_;
  std::vector<FlatParameter> layout_;
};

}  // namespace

void check_finite(const SafetensorsFolder& model, const std::string& name) {
  if (all_finite(model.tensor(name))) return;
  fail(ExitCode::input, "expert {} holds NaN or infinite weights in {}. It cannot be used.", model.path().string(),
       name);
}

std::vector<SafetensorsFolder> open_full_models(std::span<const std::filesystem::path> folders,
                                                const SafetensorsFolder& base) {
  std::vector<SafetensorsFolder> models;
  for (const auto& folder : folders) {
    models.emplace_back(folder);
    check_same_parameters(models.back(), base);
  }
  return models;
}

std::shared_ptr<const ExpertStore> load_full_model_pool(std::vector<SafetensorsFolder> models, const Share& share) {
  return std::make_shared<FullModelStore>(std::move(models), share);
}

}  // namespace shoal::weights
