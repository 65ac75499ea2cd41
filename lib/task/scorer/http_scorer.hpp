#pragma once

#include "task/scorer/endpoint.hpp"
#include "task/scorer/scorer.hpp"

namespace shoal::task {

/// Any service that takes answers as one JSON document and replies with their scores; see score_protocol.hpp.
class HttpScorer : public Scorer {
 public:
  HttpScorer(std::string task, const ServiceConfig& config);
  std::vector<std::optional<double>> score(std::span<const Answer> answers,
                                           const std::function<bool()>& cancelled) const override;

 private:
  std::string task_;
  Endpoint endpoint_;
};

}  // namespace shoal::task
