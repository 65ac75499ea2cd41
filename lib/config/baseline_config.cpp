#include "config/baseline_config.hpp"

namespace shoal::config {

const std::vector<std::string>& baseline_names() {
  static const std::vector<std::string> names{
      "slerp",         "dare_ties", "model_stock",  "data_merge", "greedy_soup",      "lora_hub", "evol_merge",
      "random_affine", "cma_es",    "pack_of_llms", "cbtm",       "prediction_merge", "ensemble"};
  return names;
}

bool merges_weights(const std::string& name) { return name == "slerp" || name == "dare_ties" || name == "model_stock"; }

namespace {

bool has_free_coefficients(const std::string& name) { return name == "lora_hub" || name == "evol_merge"; }

bool answers_together(const std::string& name) { return name == "pack_of_llms" || name == "cbtm"; }

}  // namespace

std::string obstacle_to(const std::string& name, const BaselineScope& scope) {
  if (scope.tokens && merges_weights(name)) {
    return " (swarm.positions is tokens: what experts say is mixed, their weights are not merged)";
  }
  if (scope.tokens && has_free_coefficients(name)) {
    return ", whose coefficients need not sum to 1 (swarm.positions is tokens: shares of what the experts say do)";
  }
  // Coefficients that do not sum to 1 leave a part to the base, which full models do not have beside them.
  if (has_free_coefficients(name) && !scope.lora) {
    return ", whose coefficients need not sum to 1 (the experts are full models, of which parts would be missing)";
  }
  if (answers_together(name) && scope.sharded) {
    return " (evaluation.pool is sharded, so that no rank has whole experts)";
  }
  if (answers_together(name) && !scope.answers) {
    return " (a task measures likelihoods, and experts together only write answers)";
  }
  return "";
}

}  // namespace shoal::config
