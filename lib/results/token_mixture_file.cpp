#include "results/token_mixture_file.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/json_document.hpp"
#include "base/json_text.hpp"

namespace shoal::results {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

fs::path resolved(const Json& path, const fs::path& file) {
  return (fs::absolute(file).parent_path() / path.get<std::string>()).lexically_normal();
}

TokenMixture parse(const Json& json, const fs::path& file) {
  TokenMixture mixture{resolved(json.at("model"), file), {}, {}};
  for (const Json& expert : json.at("experts")) {
    mixture.experts.push_back(resolved(expert.at("path"), file));
    mixture.weights.push_back(expert.at("weight").get<double>());
  }
  return mixture;
}

}  // namespace

std::string to_json(const TokenMixture& mixture) {
  Json experts = Json::array();
  for (std::size_t k = 0; k < mixture.experts.size(); ++k) {
    experts.push_back({{"path", mixture.experts[k].string()}, {"weight", mixture.weights[k]}});
  }
  const Json json = {{"model", mixture.model.string()}, {"experts", experts}};
  return json_text(json, 2) + "\n";
}

TokenMixture read_token_mixture(const fs::path& file) {
  const Json json = parse_ordered_json(read_text(file), file.string());
  try {
    TokenMixture mixture = parse(json, file);
    if (!mixture.experts.empty()) return mixture;
  } catch (const nlohmann::json::exception&) {
    // told below
  }
  fail(ExitCode::input,
       "{} is not a token mixture (it needs the keys model, and experts with path and weight each). Check the file.",
       file.string());
}

}  // namespace shoal::results
