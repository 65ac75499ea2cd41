#include "evaluation/asynchronous/asynchronous_schedule.hpp"

#include <algorithm>
#include <utility>

#include "evaluation/evaluations.hpp"

namespace shoal::evaluation {

AsynchronousSchedule::AsynchronousSchedule(const AsynchronousSetup& setup)
    : setup_(setup), evaluation_(setup.evaluator, setup.workload) {}

std::optional<EvaluatedIteration> AsynchronousSchedule::iterate(const swarm::SwarmState& before,
                                                                const swarm::Proposal& proposal, bool go_on) {
  swarm::AsyncIteration round(before, proposal, setup_.settings, setup_.paired_test);
  const auto over = [&](PendingEvaluations& under_way) { return advance(round, proposal, go_on, under_way); };
  if (!evaluation_.work_until(over)) return std::nullopt;
  share(round);
  return EvaluatedIteration{round.step(), round.evaluations()};
}

/// Takes what is complete. Evaluations that have not begun, which is so after a resume, begin where the proposal says.
bool AsynchronousSchedule::advance(swarm::AsyncIteration& round, const swarm::Proposal& proposal, bool go_on,
                                   PendingEvaluations& under_way) const {
  const int particles = static_cast<int>(proposal.particles.size());
  for (int id = 0; round.order().empty() && id < particles; ++id) {
    if (!under_way.has_begun(id, round.iteration()))
      under_way.begin(id, round.iteration(), proposal.particles[static_cast<std::size_t>(id)].position);
  }
  while (!round.over()) {
    auto complete = under_way.take(round.iteration(), due(round));
    if (!complete) return false;
    round.take(complete->particle, to_evaluation(std::move(complete->scores), setup_.utility));
    if (go_on) under_way.begin(complete->particle, round.iteration() + 1, round.next_position(complete->particle));
  }
  return true;
}

/// Whose evaluation must be taken next, where an order is repeated.
std::optional<int> AsynchronousSchedule::due(const swarm::AsyncIteration& round) const {
  const auto iteration = static_cast<std::size_t>(round.iteration());
  if (iteration > setup_.event_order.size()) return std::nullopt;
  return setup_.event_order[iteration - 1][round.order().size()];
}

/// Rank 0 has taken the evaluations; the others take the same ones in the same order.
void AsynchronousSchedule::share(swarm::AsyncIteration& round) const {
  const comm::Communicator& comm = setup_.evaluator.comm;
  comm.liveness().enter(comm::Phase::exchange);
  const std::size_t particles = round.evaluations().size();
  const std::size_t items = setup_.workload.items.size();
  std::vector<double> order(round.order().begin(), round.order().end());
  std::vector<double> scores;
  for (const swarm::Evaluation& evaluation : round.evaluations())
    scores.insert(scores.end(), evaluation.scores.begin(), evaluation.scores.end());
  order.resize(particles);
  scores.resize(particles * items);
  comm.broadcast(Buffer::of(order), 0);
  comm.broadcast(Buffer::of(scores), 0);
  if (comm.rank() == 0) return;
  for (const double id : order) {
    const auto begin = scores.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(id) * items);
    round.take(static_cast<int>(id),
               to_evaluation({begin, begin + static_cast<std::ptrdiff_t>(items)}, setup_.utility));
  }
}

}  // namespace shoal::evaluation
