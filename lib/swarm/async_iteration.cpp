#include "swarm/async_iteration.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "swarm/bests.hpp"
#include "swarm/invalid_evaluations.hpp"
#include "swarm/update_rule.hpp"

namespace shoal::swarm {

AsyncIteration::AsyncIteration(const SwarmState& before, Proposal proposal, const Settings& settings,
                               const PairedTest& paired_test)
    : proposal_(std::move(proposal)),
      settings_(settings),
      paired_test_(paired_test),
      state_(before),
      evaluations_(proposal_.particles.size()) {
  state_.iteration = proposal_.iteration;
  state_.particles = proposal_.particles;
  state_.step_length = next_step_length(before.step_length, settings);  // for the moves that evaluations lead to
  state_.moves.assign(state_.particles.size(), {});
}

void AsyncIteration::take(int id, const Evaluation& evaluation) {
  expect(std::ranges::find(order_, id) == order_.end(), "particle {} was evaluated twice in an iteration.", id);
  const auto i = static_cast<std::size_t>(id);
  Particle& particle = state_.particles[i];
  ++state_.evaluations;
  update_personal_best(particle, evaluation, state_.iteration);
  count_invalid(state_, {evaluation}, settings_);
  const std::vector<Evaluated> evaluated{{id, &particle, &evaluation}};
  const auto tests = update_global_best(state_.global_best, evaluated, state_.iteration, settings_, paired_test_);
  tests_.insert(tests_.end(), tests.begin(), tests.end());
  update_global_worst(state_, evaluated, settings_);
  Particle moved = moved_on(state_, settings_, id).particle;
  state_.moves[i] = {std::move(moved.position), std::move(moved.velocity)};
  evaluations_[i] = evaluation;
  order_.push_back(id);
}

Step AsyncIteration::step() const {
  expect(over(), "iteration {} is not over.", state_.iteration);
  Step step{state_, record_of(state_, proposal_, settings_, evaluations_)};
  step.state.best_history.push_back(state_.global_best.utility);
  step.record.promotions = tests_;
  step.record.order = order_;
  return step;
}

}  // namespace shoal::swarm
