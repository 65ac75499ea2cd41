#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "results/result/analysis.hpp"

namespace shoal::results {

/// The `analysis` of result.json: counts of both splits, and one list per quantity over the iterations.
nlohmann::ordered_json to_json(const Analysis& analysis);

/// The other way round; empty for null, which older results have. Throws nlohmann::json::exception when damaged.
std::optional<Analysis> read_analysis(const nlohmann::json& json);

}  // namespace shoal::results
