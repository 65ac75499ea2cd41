#include "results/result/analysis_json.hpp"

#include <limits>
#include <nlohmann/json.hpp>

namespace shoal::results {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const Emergence& e) {
  return {{"n", e.examples},    {"unsolved", e.unsolved}, {"emerged", e.emerged},
          {"missed", e.missed}, {"gained", e.gained},     {"lost", e.lost}};
}

/// One list per quantity, so that they can be plotted as they are.
Json course_of(const std::vector<IterationAnalysis>& iterations) {
  Json json{{"emerged_best", Json::array()}, {"emerged_any", Json::array()}, {"diversity", Json::array()}};
  for (const IterationAnalysis& iteration : iterations) {
    json["emerged_best"].push_back(iteration.emerged_best);
    json["emerged_any"].push_back(iteration.emerged_any);
    json["diversity"].push_back(iteration.diversity);
  }
  return json;
}

Emergence emergence_of(const nlohmann::json& json) {
  const auto count = [&](const char* key) { return json.at(key).get<std::size_t>(); };
  return {count("n"), count("unsolved"), count("emerged"), count("missed"), count("gained"), count("lost")};
}

double real_at(const nlohmann::json& list, std::size_t at) {
  return list.at(at).is_null() ? std::numeric_limits<double>::quiet_NaN() : list.at(at).get<double>();
}

}  // namespace

Json to_json(const Analysis& analysis) {
  return {{"dev", json_of(analysis.dev)},
          {"test", json_of(analysis.test)},
          {"rank_at_start", analysis.rank_at_start},
          {"particles", analysis.particles},
          {"iterations", course_of(analysis.iterations)}};
}

std::optional<Analysis> read_analysis(const nlohmann::json& json) {
  if (json.is_null()) return std::nullopt;
  Analysis analysis{emergence_of(json.at("dev")),
                    emergence_of(json.at("test")),
                    json.at("rank_at_start").get<std::size_t>(),
                    json.at("particles").get<std::size_t>(),
                    {}};
  const nlohmann::json& course = json.at("iterations");
  for (std::size_t k = 0; k < course.at("diversity").size(); ++k) {
    analysis.iterations.push_back({real_at(course.at("emerged_best"), k), real_at(course.at("emerged_any"), k),
                                   real_at(course.at("diversity"), k)});
  }
  return analysis;
}

}  // namespace shoal::results
