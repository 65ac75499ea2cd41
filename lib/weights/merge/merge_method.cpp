#include "weights/merge/merge_method.hpp"

#include <cmath>
#include <numeric>

#include "base/error.hpp"

namespace shoal::weights {
namespace {

const std::string& name_of(MergeMethod method) { return merge_method_names().of(method); }

bool has_weights(MergeMethod method) {
  return method != MergeMethod::uniform_soup && method != MergeMethod::model_stock;
}

/// Methods in which a weight is a share of the whole.
bool are_shares(MergeMethod method) { return method == MergeMethod::linear || method == MergeMethod::slerp; }

void check_weights(const MergeOptions& options, std::size_t experts) {
  const auto& weights = options.weights;
  if (weights.empty()) return;
  const std::string& name = name_of(options.method);
  if (!has_weights(options.method)) {
    fail(ExitCode::usage, "{} has no weights (it treats all experts alike). Leave them out.", name);
  }
  if (weights.size() != experts) {
    fail(ExitCode::usage, "there are {} weights for {} experts. Give one each.", weights.size(), experts);
  }
  for (const double weight : weights) {
    const bool usable = std::isfinite(weight) && (options.method != MergeMethod::slerp || weight >= 0.0);
    if (!usable) fail(ExitCode::usage, "{} is no weight for {}. Use another number.", weight, name);
  }
  if (are_shares(options.method) && !(std::accumulate(weights.begin(), weights.end(), 0.0) > 0.0)) {
    fail(ExitCode::usage, "the weights of {} do not add up to more than 0 (they are shares). Change them.", name);
  }
}

}  // namespace

const EnumNames<MergeMethod>& merge_method_names() {
  static const EnumNames<MergeMethod> names{"uniform_soup", "linear",    "task_arithmetic", "slerp",
                                            "ties",         "dare_ties", "model_stock"};
  return names;
}

bool is_elementwise(MergeMethod method) { return method == MergeMethod::ties || method == MergeMethod::dare_ties; }

void check(const MergeOptions& options, std::size_t experts) {
  if (experts < 2) fail(ExitCode::usage, "there is {} expert to merge (at least two are needed). Add some.", experts);
  check_weights(options, experts);
  if (!(options.density > 0.0 && options.density <= 1.0)) {
    fail(ExitCode::usage, "density {} is not above 0 and at most 1. Change it.", options.density);
  }
}

}  // namespace shoal::weights
