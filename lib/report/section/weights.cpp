#include "report/section/weights.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "report/html/bars.hpp"
#include "report/html/text.hpp"

namespace shoal::report {
namespace {

const std::vector<double>& winner(const results::RunRecord& run) {
  return run.result && !run.result->run.best.position.empty() ? run.result->run.best.position
                                                              : results::best_position(run.history);
}

// Mean over blocks of layers; with one block the coefficients themselves.
std::vector<NamedWeight> weights_of(const results::RunRecord& run) {
  const std::vector<double>& position = winner(run);
  const std::vector<std::string> names = results::expert_names(run);
  std::vector<NamedWeight> weights;
  for (std::size_t k = 0; k < names.size(); ++k) {
    double sum = 0.0;
    for (std::size_t at = k; at < position.size(); at += names.size()) sum += position[at];
    weights.push_back({names[k], sum / run.history.iterations.front().blocks});
  }
  std::stable_sort(weights.begin(), weights.end(), [](const auto& a, const auto& b) { return a.weight > b.weight; });
  return weights;
}

std::string origin_text(const results::RunRecord& run) {
  const results::HistoryLine& last = run.history.iterations.back();
  const int particle = run.result ? run.result->run.best_particle : last.global_best.particle;
  const int iteration = run.result ? run.result->run.best_iteration : last.global_best.iteration;
  return fmt::format("{} position, reached by particle {} in iteration {}.", run.result ? "The winning" : "The best",
                     particle, iteration);
}

}  // namespace

std::string weights_section(const results::RunRecord& run) {
  if (winner(run).empty()) {
    return fmt::format(
        "<section>\n<h2>What the swarm mixed</h2>\n<p>{} It is dense: a weight vector of its own, not a weighted sum "
        "of "
        "the experts.</p>\n</section>\n",
        origin_text(run));
  }
  const std::vector<NamedWeight> weights = weights_of(run);
  const std::string blocks =
      run.history.iterations.front().blocks > 1
          ? fmt::format(" Means over {} blocks of layers.", run.history.iterations.front().blocks)
          : std::string();
  return fmt::format(
      "<section>\n<h2>What the swarm mixed</h2>\n<figure class=\"scroll\">{}<figcaption>{} Weights sum to one; a "
      "negative "
      "one moves away from that expert.{}</figcaption></figure>\n</section>\n",
      weight_bars(weights, fmt::format("Weights of {} experts, from {} ({}) to {} ({}).", weights.size(),
                                       weights.front().name, signed_score(weights.front().weight), weights.back().name,
                                       signed_score(weights.back().weight))),
      origin_text(run), blocks);
}

}  // namespace shoal::report
