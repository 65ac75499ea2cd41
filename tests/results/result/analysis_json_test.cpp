#include "results/result/analysis_json.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>

namespace analysis_json_test {

using namespace shoal;

TEST_CASE("an analysis is read back as it was written") {
  const results::Analysis analysis{{6, 3, 2, 4, 3, 1}, {7, 1, 0, 2, 1, 0}, 4, 12, {{0.0, 0.25, 1.5}, {0.5, 0.5, 1.25}}};
  CHECK(results::read_analysis(nlohmann::json::parse(to_json(analysis).dump())) == analysis);
}

TEST_CASE("shares of nothing are null, and results without an analysis have none") {
  const double none = std::nan("");
  const results::Analysis analysis{{}, {}, 1, 2, {{none, none, 1.0}}};
  const auto json = nlohmann::json::parse(to_json(analysis).dump());
  CHECK(json["iterations"]["emerged_best"][0].is_null());
  CHECK(std::isnan(results::read_analysis(json)->iterations.at(0).emerged_any));
  CHECK_FALSE(results::read_analysis(nullptr));
}

}  // namespace analysis_json_test
