#include "io/baseline_config.hpp"

namespace shoal::io {

const std::vector<std::string>& baseline_names() {
  static const std::vector<std::string> names{"slerp",       "dare_ties",    "model_stock",      "data_merge",
                                              "greedy_soup", "lora_hub",     "evol_merge",       "random_affine",
                                              "cma_es",      "pack_of_llms", "prediction_merge", "ensemble"};
  return names;
}

std::string obstacle_to(const std::string& name, const BaselineScope& scope) {
  // Coefficients that do not sum to 1 leave a part to the base, which full models do not have beside them.
  if ((name == "lora_hub" || name == "evol_merge") && !scope.lora) {
    return ", whose coefficients need not sum to 1 (the experts are full models, of which parts would be missing)";
  }
  if (name == "pack_of_llms" && scope.sharded) {
    return " (evaluation.pool is sharded, so that no rank has whole experts)";
  }
  if (name == "pack_of_llms" && !scope.answers) {
    return " (a task measures likelihoods, and experts together only write answers)";
  }
  return "";
}

}  // namespace shoal::io
