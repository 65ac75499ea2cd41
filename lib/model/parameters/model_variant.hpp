#pragma once

#include <memory>

#include "model/parameters/adapters.hpp"
#include "model/parameters/language_model.hpp"
#include "weights/model_delta.hpp"

namespace shoal::model {

struct DecoderWeights;

/// The base plus one delta, ready for forward passes: factors cast, stacked and checked against the layers they adapt.
/// Cheap to copy; safe to use from several threads at once. Low-rank factors stay factors unless they are to be folded;
/// folded and replaced parameters cost memory of their own.
class ModelVariant {
 public:
  /// Throws Error{input} when the delta names a layer that the model lacks or has another shape.
  ModelVariant(LanguageModel base, const weights::ModelDelta& delta, Adapters adapters = Adapters::separate);

  const LanguageModel& base() const { return base_; }
  const DecoderWeights& weights() const { return *weights_; }  // private to the model module

 private:
  LanguageModel base_;
  std::shared_ptr<const DecoderWeights> weights_;
};

}  // namespace shoal::model
