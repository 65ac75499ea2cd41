#include "tensor/full_model_pool.hpp"

#include <ATen/ATen.h>

#include "base/error.hpp"

namespace shoal::tensor {
namespace {

void check_same_parameters(const SafetensorsFolder& model, const SafetensorsFolder& base) {
  for (const std::string& name : base.names()) {
    if (!model.has(name)) {
      fail(ExitCode::input, "expert {} lacks the parameter {} of the base model {}. Is it a fine-tune of that model?",
           model.path().string(), name, base.path().string());
    }
    if (model.entry(name).shape != base.entry(name).shape) {
      fail(ExitCode::input, "expert {} has {} as [{}], the base model {} as [{}]. Is it a fine-tune of that model?",
           model.path().string(), name, fmt::join(model.entry(name).shape, ", "), base.path().string(),
           fmt::join(base.entry(name).shape, ", "));
    }
  }
}

void check_finite(const SafetensorsFolder& model) {
  for (const std::string& name : model.names()) {
    if (!at::isfinite(model.tensor(name)).all().item<bool>()) {
      fail(ExitCode::input, "expert {} holds NaN or infinite weights in {}. It cannot be used.", model.path().string(),
           name);
    }
  }
}

class FullModelStore : public ExpertStore {
 public:
  explicit FullModelStore(std::vector<SafetensorsFolder> models) : models_(std::move(models)) {
    for (const SafetensorsFolder& model : models_) check_finite(model);
  }

  ModelDelta materialise(std::span<const double> coefficients) const override {
    ModelDelta delta;
    for (const std::string& name : models_.front().names()) {
      at::Tensor sum = models_[0].tensor(name).to(at::kFloat).mul(coefficients[0]);
      for (std::size_t k = 1; k < models_.size(); ++k) {
        sum.add_(models_[k].tensor(name).to(at::kFloat), coefficients[k]);
      }
      delta.full[name] = sum;
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
