#include "model/sequence.hpp"

#include <algorithm>

namespace shoal::model {

bool Sequence::accept(const ModelConfig& config, TokenId token) {
  if (request->max_new_tokens < 1) return true;
  if (config.ends(token)) {
    result->ended_by_eos = true;
    return true;
  }
  result->output_ids.push_back(token);
  return tokens_left() < 1 || (request->settled && request->settled(result->output_ids));
}

std::int64_t generated_slots(const GenerationRequest& request) { return std::max(request.max_new_tokens, 1) - 1; }

}  // namespace shoal::model
