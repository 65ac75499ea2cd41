#include "io/baseline_config.hpp"

namespace shoal::io {

const std::vector<std::string>& baseline_names() {
  static const std::vector<std::string> names{"slerp",       "dare_ties",    "model_stock",      "data_merge",
                                              "greedy_soup", "lora_hub",     "evol_merge",       "random_affine",
                                              "cma_es",      "pack_of_llms", "prediction_merge", "ensemble"};
  return names;
}

}  // namespace shoal::io
