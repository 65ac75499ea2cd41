#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace shoal::weights {

/// The parts of a PEFT adapter_config.json that decide a layer's rank and scale.
class LoraConfig {
 public:
  /// Throws Error{input}: no valid JSON, keys missing or of the wrong kind, and every option under which plain LoRA
  /// arithmetic on the stored base would be something else than the adapter's author evaluated.
  static LoraConfig read(const std::filesystem::path& path);

  const std::string& base_model_name() const { return base_model_name_; }

  /// r, unless rank_pattern says otherwise. Throws Error{input} for a pattern that cannot be matched safely.
  std::int64_t rank(const std::string& module) const;

  /// alpha / rank, or alpha / sqrt(rank) with rsLoRA. Throws like `rank`.
  double scale(const std::string& module) const;

 private:
  /// In the order of the file: the first that fits counts.
  using Pattern = std::vector<std::pair<std::string, double>>;

  std::string source_;
  std::string base_model_name_;
  std::int64_t rank_ = 0;
  double alpha_ = 0.0;
  bool rank_stabilised_ = false;
  Pattern rank_pattern_;
  Pattern alpha_pattern_;
};

}  // namespace shoal::weights
