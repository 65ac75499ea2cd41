#include "exporter/merge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/hash.hpp"
#include "base/json_text.hpp"
#include "base/spelling.hpp"
#include "baselines/baselines.hpp"
#include "baselines/searched_weights.hpp"
#include "config/baseline_config.hpp"
#include "config/run_config.hpp"
#include "inputs/inputs.hpp"
#include "results/run_info.hpp"
#include "weights/merge/merge_experts.hpp"
#include "weights/merge/merge_method.hpp"
#include "weights/peft/peft_adapter.hpp"
#include "weights/pool/expert_pool.hpp"
#include "weights/safetensors/safetensors.hpp"

namespace shoal::exporter {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

/// A request with everything looked up.
struct Plan {
  fs::path model;
  std::vector<fs::path> experts;
  weights::MergeSpace merge_space = weights::MergeSpace::factors;
  weights::MergeOptions options;
  ExportForm form;
  std::optional<std::int64_t> rank;
  std::optional<baselines::FoundPosition> found = std::nullopt;  ///< by a method that searches
};

Plan from_arguments(const MergeRequest& request) {
  Plan plan;
  if (request.model.empty() || request.experts.empty()) {
    fail(ExitCode::usage, "{} is missing (what to merge). Give --model and --adapter, or a configuration.",
         request.model.empty() ? "--model" : "--adapter");
  }
  plan.model = request.model;
  plan.experts.assign(request.experts.begin(), request.experts.end());
  return plan;
}

config::RunConfig read_config(const MergeRequest& request) {
  if (!request.model.empty() || !request.experts.empty()) {
    fail(ExitCode::usage, "{} stands beside a configuration (which names model and experts). Leave one out.",
         request.model.empty() ? "--adapter" : "--model");
  }
  return config::parse_run_config(config::read_config_text(request.config), request.config, {});
}

Plan from_config(const config::RunConfig& config) {
  if (inputs::is_token_swarm(config)) {
    fail(ExitCode::usage,
         "the configuration has swarm.positions tokens (its experts answer together, their weights are not merged). "
         "Use shoal eval --merge-space tokens to score a mixture of them.");
  }
  Plan plan;
  plan.model = config.model;
  plan.experts = config.experts;
  plan.merge_space = config.merge_space;
  plan.options.seed = config.seed;
  return plan;
}

/// Ranks that sums of products may have; enough for factors near any merge of them.
std::int64_t sum_of_ranks(const Plan& plan) {
  std::int64_t sum = 0;
  for (const fs::path& folder : plan.experts) {
    const weights::PeftAdapter adapter = weights::PeftAdapter::open(folder);
    std::int64_t highest = 0;
    for (const auto& [module, layer] : adapter.layers()) highest = std::max(highest, layer.rank);
    sum += highest;
  }
  return sum;
}

void settle_form(Plan& plan) {
  if (!weights::is_peft_adapter(plan.experts.front())) {
    if (plan.rank) fail(ExitCode::usage, "--rank needs LoRA experts (these are full models). Leave it out.");
    plan.form = ExportForm::merged;
  }
  const bool leaves_factors =
      plan.merge_space == weights::MergeSpace::delta && weights::is_elementwise(plan.options.method);
  if (plan.form == ExportForm::adapter && leaves_factors && !plan.rank) plan.rank = sum_of_ranks(plan);
}

/// A method that looks at data needs data, and finds the weights itself.
void check_search(const MergeRequest& request) {
  if (request.config.empty() || !request.weights.empty()) {
    fail(ExitCode::usage, "{} finds weights on the examples of a configuration ({}). {}.", request.method,
         request.config.empty() ? "none is given" : "--weights is given too",
         request.config.empty() ? "Name one" : "Leave it out");
  }
}

/// With weights found, the merge is a sum like any other.
void find_weights(const MergeRequest& request, config::RunConfig config, Plan& plan) {
  config.merge_space = plan.merge_space;
  config.seed = plan.options.seed;
  config.baselines = {{request.method, {}}};
  plan.found = baselines::search_weights(config, request.method, request.out);
  plan.options.weights = plan.found->position;
}

weights::MergeMethod merge_method(const std::string& name) {
  if (const auto method = weights::merge_method_names().find(name)) return *method;
  const std::vector<std::string> known = method_names();
  fail(ExitCode::usage, "{} is not a merge method (known: {}). Did you mean {}?", name, fmt::join(known, ", "),
       nearest(name, known));
}

Plan plan_of(const MergeRequest& request) {
  const bool searches = baselines::is_search(request.method);
  if (searches) check_search(request);
  const auto method = searches ? weights::MergeMethod::task_arithmetic : merge_method(request.method);
  std::optional<config::RunConfig> config;
  if (!request.config.empty()) config = read_config(request);
  Plan plan = config ? from_config(*config) : from_arguments(request);
  plan.options.method = method;
  plan.options.weights = request.weights;
  plan.options.density = request.density;
  plan.options.seed = request.seed.value_or(plan.options.seed);
  if (request.merge_space) plan.merge_space = weights::merge_space_names().find(*request.merge_space).value();
  plan.form = request.form;
  plan.rank = request.rank;
  if (searches) find_weights(request, std::move(*config), plan);
  weights::check(plan.options, plan.experts.size());
  weights::ExpertPool::check(plan.experts, plan.model, plan.merge_space);
  settle_form(plan);
  return plan;
}

std::vector<fs::path> input_files(const Plan& plan) {
  std::vector<fs::path> files = weights::SafetensorsFolder(plan.model).files();
  for (const fs::path& file : weights::ExpertPool::files(plan.experts)) files.push_back(file);
  return files;
}

std::string provenance_of(const Plan& plan, const std::string& method) {
  Json experts = Json::array();
  for (std::size_t k = 0; k < plan.experts.size(); ++k) {
    experts.push_back({{"path", plan.experts[k].string()}, {"weight", plan.options.weight(k)}});
  }
  Json inputs = Json::array();
  for (const fs::path& file : input_files(plan))
    inputs.push_back({{"path", file.string()}, {"sha256", sha256_file(file)}});
  Json json = {{"version", results::version()},
               {"method", method},
               {"model", plan.model.string()},
               {"experts", experts},
               {"merge_space", weights::merge_space_names().of(plan.merge_space)}};
  if (weights::is_elementwise(plan.options.method)) json["density"] = plan.options.density;
  if (plan.options.method == weights::MergeMethod::dare_ties) json["seed"] = plan.options.seed;
  if (plan.found) {
    json["utility"] = plan.found->utility;
    json["evaluations"] = plan.found->evaluations;
  }
  json["rank"] = plan.rank ? Json(*plan.rank) : Json(nullptr);
  json["inputs"] = inputs;
  return json_text(json, 2) + "\n";
}

std::string settings_of(const weights::MergeOptions& options) {
  std::string text;
  if (weights::is_elementwise(options.method)) text += fmt::format(", density {}", options.density);
  if (options.method == weights::MergeMethod::dare_ties) text += fmt::format(", seed {}", options.seed);
  return text;
}

std::string card_of(const Plan& plan, const CardHead& head, const std::string& method) {
  std::string card = card_of(head);
  card += fmt::format("Made by Shoal {} with `{}`{}, merge space `{}`.\n\n| expert | weight |\n|---|---|\n",
                      results::version(), method, settings_of(plan.options),
                      weights::merge_space_names().of(plan.merge_space));
  for (std::size_t k = 0; k < plan.experts.size(); ++k) {
    card += fmt::format("| {} | {} |\n", (plan.experts[k] / "").lexically_normal().parent_path().filename().string(),
                        plan.options.weight(k));
  }
  return card;
}

}  // namespace

std::vector<std::string> method_names() {
  std::vector<std::string> names = weights::merge_method_names().all();
  std::ranges::copy_if(config::baseline_names(), std::back_inserter(names), baselines::is_search);
  return names;
}

std::string merge(const MergeRequest& request) {
  Plan plan = plan_of(request);
  weights::Merged merged = weights::merge_experts(plan.experts, plan.model, plan.merge_space, plan.options, plan.rank);
  double lost = merged.relative_error;
  if (plan.rank) lost = std::max(lost, truncate_all(merged.delta, *plan.rank));
  const CardHead head{base_model_name(plan.experts.front(), plan.model), plan.form,
                      fs::absolute(request.out / fs::path("")).lexically_normal().parent_path().filename().string(),
                      fmt::format("{} experts merged.", plan.experts.size())};
  write_model_folder(request.out, plan.model, merged.delta, head, card_of(plan, head, request.method));
  write_atomically(fs::path(request.out) / "merge.json", provenance_of(plan, request.method));
  std::string note = fmt::format("wrote {}\n", request.out);
  if (plan.found) {
    note += fmt::format("utility on the search examples {:.4f}, found with {} evaluations\n", plan.found->utility,
                        plan.found->evaluations);
  }
  if (plan.rank)
    note += fmt::format("factors of rank {}: largest relative error of a layer {:.3g}\n", *plan.rank, lost);
  return note;
}

}  // namespace shoal::exporter
