#include "baselines/coefficient_search.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "swarm/stopping.hpp"
#include "swarm/swarm.hpp"

namespace shoal::baselines {
namespace {

constexpr int never = std::numeric_limits<int>::max();

/// Nothing but the optimiser decides.
swarm::Settings plain(swarm::Settings settings, int coordinates) {
  settings.rules = swarm::Rules::shoal;
  settings.particles = std::max(settings.particles, coordinates);
  settings.promotion = swarm::Promotion::utility;
  settings.patience = never;
  settings.max_iteration = never;
  settings.restart_patience = never;
  settings.drop_k = 0.0;
  settings.drop_n = 0.0;
  settings.blocks = 1;
  settings.positions = swarm::Positions::affine;
  return settings;
}

class Search {
 public:
  Search(const CoefficientSearch& search, const PositionScorer& score, const PositionScorer& validate)
      : search_(search),
        coordinates_(search.experts + (search.affine ? 0 : 1)),
        settings_(plain(search.settings, coordinates_)),
        score_(score),
        validate_(validate) {}

  std::optional<FoundPosition> run() {
    swarm::Proposal proposal = bounded(swarm::start(settings_, coordinates_, search_.seed));
    auto evaluations = evaluate(proposal);
    if (!evaluations) return std::nullopt;
    swarm::SwarmState state = swarm::begin(proposal, settings_, coordinates_, search_.seed, *evaluations).state;
    while (state.evaluations + settings_.particles <= search_.evaluations) {
      proposal = bounded(swarm::propose(state, settings_));
      evaluations = evaluate(proposal);
      if (!evaluations) return std::nullopt;
      state = swarm::advance(state, proposal, settings_, *evaluations, {}).state;
    }
    return chosen(state);
  }

 private:
  /// The coefficients of the experts.
  swarm::Coordinates of_experts(const swarm::Coordinates& position) const {
    return {position.begin(), position.begin() + search_.experts};
  }

  swarm::Proposal bounded(swarm::Proposal proposal) const {
    if (search_.affine) return proposal;
    for (swarm::Particle& particle : proposal.particles) {
      const auto base = particle.position.end() - 1;
      std::for_each(particle.position.begin(), base,
                    [&](double& w) { w = std::clamp(w, -search_.bound, search_.bound); });
      *base = 1.0 - std::accumulate(particle.position.begin(), base, 0.0);
    }
    return proposal;
  }

  std::optional<std::vector<swarm::Evaluation>> evaluate(const swarm::Proposal& proposal) const {
    std::vector<swarm::Coordinates> positions;
    for (const int id : proposal.to_evaluate()) {
      positions.push_back(of_experts(proposal.particles[static_cast<std::size_t>(id)].position));
    }
    const auto utilities = score_(positions);
    if (!utilities) return std::nullopt;
    std::vector<swarm::Evaluation> evaluations;
    for (std::size_t i = 0; i < positions.size(); ++i) {
      evaluations.push_back({penalised((*utilities)[i], positions[i]), {}});
    }
    return evaluations;
  }

  double penalised(double utility, const swarm::Coordinates& position) const {
    if (!std::isfinite(utility)) return std::numeric_limits<double>::lowest();
    const double magnitudes =
        std::accumulate(position.begin(), position.end(), 0.0, [](double sum, double w) { return sum + std::abs(w); });
    return utility - search_.penalty * magnitudes;
  }

  std::optional<FoundPosition> chosen(const swarm::SwarmState& state) const {
    const swarm::Incumbent& best = state.global_best;
    if (!validate_) return FoundPosition{of_experts(best.position), best.utility, state.evaluations};
    const auto finalists = swarm::finalists(state, settings_);
    std::vector<swarm::Coordinates> positions;
    for (const swarm::Incumbent& finalist : finalists) positions.push_back(of_experts(finalist.position));
    const auto utilities = validate_(positions);
    if (!utilities) return std::nullopt;
    const std::size_t which = swarm::choose(*utilities);
    return FoundPosition{positions[which], finalists[which].utility, state.evaluations};
  }

  const CoefficientSearch& search_;
  int coordinates_;
  swarm::Settings settings_;
  const PositionScorer& score_;
  const PositionScorer& validate_;
};

}  // namespace

std::optional<FoundPosition> search_coefficients(const CoefficientSearch& search, const PositionScorer& score,
                                                 const PositionScorer& validate) {
  return Search(search, score, validate).run();
}

}  // namespace shoal::baselines
