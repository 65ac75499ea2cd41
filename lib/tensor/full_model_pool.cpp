#include "tensor/full_model_pool.hpp"

#include <ATen/ATen.h>

#include "base/error.hpp"
#include "tensor/finite.hpp"
#include "tensor/json_document.hpp"
#include "tensor/weighted_sum.hpp"

namespace shoal::tensor {
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
  for (const std::string& name : model.names()) {
    if (!all_finite(model.tensor(name))) {
      fail(ExitCode::input, "expert {} holds NaN or infinite weights in {}. It cannot be used.", model.path().string(),
           name);
    }
  }
}

/// Buffers of whole numbers (position ids, masks) belong to the architecture: they stay the base's.
bool is_summed(const SafetensorsFolder& model, const std::string& name) {
  return at::isFloatingType(model.entry(name).type);
}

class FullModelStore : public ExpertStore {
 public:
  explicit FullModelStore(std::vector<SafetensorsFolder> models) : models_(std::move(models)) {
    for (const SafetensorsFolder& model : models_) check_finite(model);
  }

  ModelDelta materialise(std::span<const double> coefficients) const override {
    ModelDelta delta;
    for (const std::string& name : models_.front().names()) {
      if (is_summed(models_.front(), name)) delta.full[name] = sum(name, coefficients);
    }
    return delta;
  }

  std::size_t bytes() const override {
    std::size_t total = 0;
    for (const SafetensorsFolder& model : models_) {
      for (const std::string& name : model.names()) total += model.entry(name).end - model.entry(name).begin;
    }
    return total;
  }

 private:
  at::Tensor sum(const std::string& name, std::span<const double> coefficients) const {
    std::vector<Term> terms;
    for (std::size_t k = 0; k < models_.size(); ++k) terms.push_back({models_[k].tensor(name), coefficients[k]});
    return weighted_sum(terms);
  }

  std::vector<SafetensorsFolder> models_;
};

}  // namespace

std::vector<SafetensorsFolder> open_full_models(std::span<const std::filesystem::path> folders,
                                                const SafetensorsFolder& base) {
  std::vector<SafetensorsFolder> models;
  for (const auto& folder : folders) {
    models.emplace_back(folder);
    check_same_parameters(models.back(), base);
  }
  return models;
}

std::shared_ptr<const ExpertStore> load_full_model_pool(std::vector<SafetensorsFolder> models) {
  return std::make_shared<FullModelStore>(std::move(models));
}

}  // namespace shoal::tensor
