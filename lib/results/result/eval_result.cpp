#include "results/result/eval_result.hpp"

#include <nlohmann/json.hpp>

#include "base/json_text.hpp"

namespace shoal::results {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const std::vector<task::Detail>& details) {
  Json json = Json::object();
  for (const task::Detail& detail : details) {
    std::visit([&](const auto& value) { json[detail.name] = value; }, detail.value);
  }
  return json;
}

Json json_of(const EvalSample& sample) {
  Json json = {{"doc_id", sample.doc_id},
               {"prompt_tokens", sample.prompt_tokens},
               {"output_ids", sample.output_ids},
               {"output", sample.output},
               {"answer", sample.answer ? Json(*sample.answer) : Json(nullptr)},
               {"target", sample.target},
               {"score", sample.score}};
  if (!sample.details.empty()) json["details"] = json_of(sample.details);
  return json;
}

Json json_of(const EvalResult& result) {
  Json samples = Json::array();
  for (const EvalSample& sample : result.samples) samples.push_back(json_of(sample));
  Json scores = {{"utility", result.utility},
                 {"acc,none", result.utility},
                 {"acc_stderr,none", result.standard_error},
                 {"parse_failures", result.parse_failures},
                 {"n", result.samples.size()}};
  for (const auto& [name, value] : result.measures) scores[name] = value;
  return {{"model", result.model},
          {"adapters", result.adapters},
          {"mix", result.mix},
          {"task", result.task},
          {"split", result.split},
          {"dtype", result.dtype},
          {"results", {{result.task, scores}}},
          {"samples", std::move(samples)},
          {"timing",
           {{"load_s", result.load_seconds},
            {"evaluate_s", result.evaluate_seconds},
            {"prompt_tokens", result.prompt_tokens},
            {"prompt_tokens_computed", result.prompt_tokens_computed},
            {"output_tokens", result.output_tokens}}}};
}

}  // namespace

std::string to_json(std::span<const EvalResult> results) {
  if (results.size() == 1) return json_text(json_of(results.front()), 1) + "\n";
  Json list = Json::array();
  for (const EvalResult& result : results) list.push_back(json_of(result));
  return json_text(list, 1) + "\n";
}

}  // namespace shoal::results
