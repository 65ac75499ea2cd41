#include "task/scorer/score_protocol.hpp"

#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/json_text.hpp"

namespace shoal::task {
namespace {

using Json = nlohmann::json;

constexpr int version = 1;

std::optional<double> score_of(const Json& score, const std::string& source) {
  if (score.is_null()) return std::nullopt;
  const double value = score.is_number() ? score.get<double>() : -1.0;
  if (!(value >= 0.0 && value <= 1.0)) {
    fail(ExitCode::service, "{} gives the score {} (numbers from 0 to 1 are expected). Check it.", source,
         json_text(score));
  }
  return value;
}

}  // namespace

std::string to_request(const std::string& task, std::span<const Answer> answers) {
  Json list = Json::array();
  for (const Answer& answer : answers) {
    list.push_back({{"doc_id", answer.doc_id},
                    {"split", answer.split},
                    {"prompt", answer.prompt},
                    {"output", answer.output},
                    {"target", answer.target}});
  }
  const Json request{{"version", version}, {"task", task}, {"answers", list}};
  return json_text(request);
}

std::vector<std::optional<double>> scores_in(const std::string& reply, std::size_t answers, const std::string& source) {
  const Json json = Json::parse(reply, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || json.value("version", Json()) != version || !json.value("scores", Json()).is_array()) {
    fail(ExitCode::service, "{} replies with something else than {{\"version\": {}, \"scores\": […]}}. Check it.",
         source, version);
  }
  const Json& list = json["scores"];
  if (list.size() != answers) {
    fail(ExitCode::service, "{} gives {} scores for {} answers. Check it.", source, list.size(), answers);
  }
  std::vector<std::optional<double>> scores;
  for (const Json& score : list) scores.push_back(score_of(score, source));
  return scores;
}

}  // namespace shoal::task
