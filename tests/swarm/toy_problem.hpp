#pragma once

#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <vector>

#include "base/philox.hpp"
#include "swarm/stopping.hpp"
#include "swarm/swarm.hpp"

namespace shoal::swarm::testing {

using Weights = std::vector<double>;

/// Experts as plain weight vectors, and the scores of a model on its examples. Stands for model and task.
struct Problem {
  std::vector<Weights> experts;
  std::function<std::vector<double>(const Weights&)> score;

  int size() const { return static_cast<int>(experts.size()); }
};

/// Σ_k a_k E_k
inline Weights materialise(const Problem& problem, const Coordinates& a) {
  Weights x(problem.experts.front().size(), 0.0);
  for (std::size_t k = 0; k < a.size(); ++k) {
    for (std::size_t d = 0; d < x.size(); ++d) x[d] += a[k] * problem.experts[k][d];
  }
  return x;
}

/// The utility is the mean score.
inline Evaluation evaluate(const Problem& problem, const Weights& x) {
  std::vector<double> scores = problem.score(x);
  double sum = 0.0;
  for (const double score : scores) sum += score;
  return {sum / static_cast<double>(scores.size()), scores};
}

/// Mean per-example difference and its standard error (n - 1).
inline PairedDifference paired_by_mean(const Evaluation& candidate, const Evaluation& incumbent) {
  const auto n = static_cast<double>(candidate.scores.size());
  double sum = 0.0;
  for (std::size_t j = 0; j < candidate.scores.size(); ++j) sum += candidate.scores[j] - incumbent.scores[j];
  double squares = 0.0;
  for (std::size_t j = 0; j < candidate.scores.size(); ++j) {
    const double centred = candidate.scores[j] - incumbent.scores[j] - sum / n;
    squares += centred * centred;
  }
  return {sum / n, std::sqrt(squares / (n - 1.0) / n)};
}

/// Numbers in [-1, 1) for building problems; of no purpose that the swarm itself draws for.
inline double noise(std::uint64_t seed, std::uint32_t a, std::uint32_t b, std::uint32_t c) {
  return 2.0 * uniform(seed, {a, b, static_cast<Purpose>(1000), c}) - 1.0;
}

/// Like an accuracy: an example is right (1) when the model is close to the target in that example's direction, so
/// equal utilities are common. The target is a mix of the experts that is none of them.
inline Problem accuracy_problem(std::uint64_t seed, std::uint32_t experts, std::uint32_t weights,
                                std::uint32_t examples) {
  Problem problem;
  for (std::uint32_t k = 0; k < experts; ++k) {
    Weights expert;
    for (std::uint32_t d = 0; d < weights; ++d) expert.push_back(noise(seed, k, d, 0));
    problem.experts.push_back(expert);
  }
  Coordinates mix;
  for (std::uint32_t k = 0; k < experts; ++k) mix.push_back(1.0 / experts + 0.3 * noise(seed, k, 0, 1));
  const Weights target = materialise(problem, mix);
  problem.score = [=](const Weights& x) {
    std::vector<double> scores;
    for (std::uint32_t j = 0; j < examples; ++j) {
      double distance = 0.0;
      for (std::uint32_t d = 0; d < weights; ++d) distance += noise(seed, j, d, 2) * (x[d] - target[d]);
      scores.push_back(std::abs(distance) < 0.1 + 0.5 * std::abs(noise(seed, j, 0, 3)) ? 1.0 : 0.0);
    }
    return scores;
  };
  return problem;
}

/// The same problem, but models with a first weight above `limit` give no number.
inline Problem with_broken_region(Problem problem, double limit) {
  problem.score = [score = problem.score, limit](const Weights& x) {
    std::vector<double> scores = score(x);
    if (x.front() > limit) scores.front() = std::numeric_limits<double>::quiet_NaN();
    return scores;
  };
  return problem;
}

/// Experts are the corners of the simplex; the score falls with the squared distance from `target` (concave).
inline Problem concave_problem(const Coordinates& target) {
  Problem problem;
  for (std::size_t k = 0; k < target.size(); ++k) {
    problem.experts.push_back(expert_position(static_cast<int>(k), static_cast<int>(target.size())));
  }
  problem.score = [target](const Weights& x) {
    double squares = 0.0;
    for (std::size_t d = 0; d < x.size(); ++d) squares += (x[d] - target[d]) * (x[d] - target[d]);
    return std::vector<double>{1.0 - squares};
  };
  return problem;
}

inline std::vector<Evaluation> evaluate(const Problem& problem, const Proposal& proposal) {
  std::vector<Evaluation> evaluations;
  for (const int id : proposal.to_evaluate()) {
    const Coordinates& position = proposal.particles[static_cast<std::size_t>(id)].position;
    evaluations.push_back(evaluate(problem, materialise(problem, position)));
  }
  return evaluations;
}

inline Step first_step(const Settings& settings, const Problem& problem, std::uint64_t seed) {
  const Proposal proposal = start(settings, problem.size(), seed);
  return begin(proposal, settings, problem.size(), seed, evaluate(problem, proposal));
}

inline Step next_step(const SwarmState& state, const Settings& settings, const Problem& problem) {
  const Proposal proposal = propose(state, settings);
  return advance(state, proposal, settings, evaluate(problem, proposal), paired_by_mean);
}

/// A whole search, one step per iteration (iteration 0 included).
inline std::vector<Step> run_swarm(const Settings& settings, const Problem& problem, std::uint64_t seed) {
  std::vector<Step> steps{first_step(settings, problem, seed)};
  while (!stop_reason(steps.back().state, settings)) {
    steps.push_back(next_step(steps.back().state, settings, problem));
  }
  return steps;
}

}  // namespace shoal::swarm::testing
