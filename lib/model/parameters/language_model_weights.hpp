#pragma once

#include "model/parameters/decoder_weights.hpp"
#include "model/parameters/language_model.hpp"

namespace shoal::model {

/// What a LanguageModel shares: the mapped files and the packed weights.
struct LanguageModel::Weights {
  ModelConfig config;
  Precision precision;
  at::TensorOptions options;  ///< compute type and device
  weights::SafetensorsFolder folder;
  DecoderWeights decoder;
};

}  // namespace shoal::model
