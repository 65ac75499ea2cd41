#include "task/scorer/http_scorer.hpp"

#include "task/scorer/score_protocol.hpp"

namespace shoal::task {

HttpScorer::HttpScorer(std::string task, const ServiceConfig& config)
    : task_(std::move(task)), endpoint_(config, "Authorization: Bearer ") {}

std::vector<std::optional<double>> HttpScorer::score(std::span<const Answer> answers,
                                                     const std::function<bool()>& cancelled) const {
  // One document per answer: what has been scored is known to the cache, however answers are grouped later.
  std::vector<std::string> requests;
  for (const Answer& answer : answers) requests.push_back(to_request(task_, std::span(&answer, 1)));
  std::vector<std::optional<double>> scores;
  for (const std::string& reply : endpoint_.ask(requests, cancelled)) {
    scores.push_back(scores_in(reply, 1, "the service of task " + task_).front());
  }
  return scores;
}

}  // namespace shoal::task
