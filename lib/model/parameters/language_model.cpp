#include "model/parameters/language_model.hpp"

#include <ATen/core/grad_mode.h>
#include <c10/core/InferenceMode.h>

#include "model/memory_shortage.hpp"
#include "model/parameters/language_model_weights.hpp"

namespace shoal::model {

LanguageModel LanguageModel::load(const std::filesystem::path& folder, Precision precision, at::Device device,
                                  const weights::WeightSource& source, Head head) {
  const c10::InferenceMode inference;
  auto config = ModelConfig::load(folder, head);
  const auto type = precision == Precision::float32 ? at::kFloat : at::kBFloat16;
  const auto options = at::TensorOptions(type).device(device);
  weights::SafetensorsFolder files(folder);
  auto decoder = within_memory(
      "The base model does not fit into the device's memory (all of it is loaded). Use bfloat16, or a larger device.",
      [&] { return build_decoder(config, Parameters(files, {}, source), options); });
  LanguageModel model;
  model.weights_ = std::make_shared<const Weights>(
      Weights{std::move(config), precision, options, std::move(files), std::move(decoder)});
  return model;
}

const ModelConfig& LanguageModel::config() const { return weights_->config; }
Precision LanguageModel::precision() const { return weights_->precision; }
at::Device LanguageModel::device() const { return weights_->options.device(); }
std::size_t LanguageModel::bytes() const { return weights_->decoder.bytes(); }
const LanguageModel::Weights& LanguageModel::weights() const { return *weights_; }

Precision automatic_precision() {
  const bool native = __builtin_cpu_supports("avx512bf16") != 0;  // every processor with AMX has it too
  return native ? Precision::bfloat16 : Precision::float32;
}

Precision automatic_precision(at::Device device) {
  return device.is_cpu() ? automatic_precision() : Precision::bfloat16;
}

}  // namespace shoal::model
