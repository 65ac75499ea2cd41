#pragma once

#include <yaml-cpp/yaml.h>

#include <string>
#include <vector>

namespace shoal::config {

/// How an lm-eval task generates and scores, as far as it means something here.
struct LmEvalScoring {
  int max_new_tokens = 256;  ///< lm-eval's own default
  bool by_length = false;    ///< acc_norm is the only accuracy: likelihoods count per character
  std::vector<std::string> notes;
};

/// Reads generation_kwargs, metric_list, filter_list and num_fewshot; `generates`: answers are written, not measured.
LmEvalScoring lm_eval_scoring(const YAML::Node& task, bool generates);

}  // namespace shoal::config
