#pragma once

#include "task/scorer/scorer.hpp"

namespace shoal::task {

/// A program of the user's own: started once for a block of answers, without a shell; reads one JSON line, writes one
/// (see score_protocol.hpp). Its time, memory and output are limited.
class CommandScorer : public Scorer {
 public:
  CommandScorer(std::string task, const ServiceConfig& config);
  std::vector<std::optional<double>> score(std::span<const Answer> answers,
                                           const std::function<bool()>& cancelled) const override;

 private:
  std::string task_;
  ServiceConfig config_;
};

}  // namespace shoal::task
