#include "model/parameters/model_variant.hpp"

#include <c10/core/InferenceMode.h>

#include "model/memory_shortage.hpp"
#include "model/parameters/language_model_weights.hpp"

namespace shoal::model {

ModelVariant::ModelVariant(LanguageModel base, const weights::ModelDelta& delta, Adapters adapters)
    : base_(std::move(base)) {
  const c10::InferenceMode inference;
  const LanguageModel::Weights& shared = base_.weights();
  weights_ = within_memory(
      "A position's model does not fit into memory beside the base (its changed weights are copies). Use fewer threads "
      "or ranks per node, or a smaller dtype.",
      [&] {
        return std::make_shared<const DecoderWeights>(
            apply_delta(shared.decoder, shared.config, shared.folder, delta, shared.options, adapters));
      });
}

}  // namespace shoal::model
