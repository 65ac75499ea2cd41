#include "baselines/baselines.hpp"

#include <catch2/catch.hpp>

namespace baselines_test {

using namespace shoal;
using namespace shoal::baselines;

namespace {

/// Four experts, ten particles, iterations 0 to 5.
config::RunConfig config_with(const std::vector<std::string>& names) {
  config::RunConfig config;
  config.experts = {"a", "b", "c", "d"};
  config.swarm.particles = 10;
  config.swarm.max_iteration = 5;
  config.swarm.top_k = 3;
  for (const std::string& name : names) config.baselines.push_back({name, {}});
  return config;
}

}  // namespace

TEST_CASE("baselines that look for coefficients are told from those that need no examples") {
  for (const char* name : {"greedy_soup", "random_affine", "cma_es", "evol_merge", "lora_hub"}) CHECK(is_search(name));
  for (const char* name : {"slerp", "cbtm", "pack_of_llms", "prediction_merge", "ensemble", "data_merge"})
    CHECK_FALSE(is_search(name));
}

TEST_CASE("a search makes as many evaluations as the swarm at most, a greedy soup fewer, a merge none") {
  const config::RunConfig config = config_with({});
  CHECK(most_evaluations(config, "random_affine") == 10 * 6);
  CHECK(most_evaluations(config, "greedy_soup") == 2 * 4 - 1);
  CHECK(most_evaluations(config, "cbtm") == 4);
  CHECK(most_evaluations(config, "slerp") == 0);
}

TEST_CASE("the cost counts a row per model, those who vote anyway for nothing, and all who read together") {
  CHECK(cost_of_baselines(config_with({})).rows == 0);
  CHECK(cost_of_baselines(config_with({"slerp", "prediction_merge"})).rows == 1);
  CHECK(cost_of_baselines(config_with({"pack_of_llms"})).rows == 2 * 4);
  CHECK(cost_of_baselines(config_with({"cbtm"})).rows == 4);
  const BaselineCost cost = cost_of_baselines(config_with({"ensemble", "greedy_soup"}));
  CHECK(cost.rows == 1);
  CHECK(cost.voters == 3);
  CHECK(cost.evaluations == 2 * 4 - 1);
}

TEST_CASE("in a token swarm every model is read by all experts at once") {
  config::RunConfig config = config_with({"pack_of_llms", "cbtm"});
  config.swarm.positions = swarm::Positions::tokens;
  CHECK(cost_of_baselines(config).rows == 2 + 1);
}

TEST_CASE("a configuration has the baselines it names") {
  CHECK(has_baseline(config_with({"slerp", "cbtm"}), "cbtm"));
  CHECK_FALSE(has_baseline(config_with({"slerp"}), "cbtm"));
}

}  // namespace baselines_test
