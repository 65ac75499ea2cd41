#include <cmath>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/json_text.hpp"
#include "config/run_config.hpp"
#include "config/yaml/yaml_writer.hpp"
#include "text/text.hpp"

namespace shoal::config {
namespace {

using Json = nlohmann::ordered_json;

template <typename T>
Json or_word(const std::optional<T>& value, const char* word) {
  if (value) return Json(*value);
  return word == nullptr ? Json(nullptr) : Json(word);
}

void add_service(const task::TaskConfig& task, Json& json) {
  constexpr double gib = 1073741824.0;
  const task::ServiceConfig& service = task.service;
  json["timeout"] = service.timeout;
  if (task.type == task::TaskType::command) {
    json["command"] = service.command;
    json["memory"] = static_cast<double>(service.memory) / gib;
    return;
  }
  const auto add = [&](const char* key, const std::string& text) {
    if (!text.empty()) json[key] = text;
  };
  add("url", service.url);
  add("url_env", service.url_variable);
  add("key_env", service.key_variable);
  json["concurrency"] = service.concurrency;
  json["give_up_after"] = service.give_up_after;
  add("cache", service.cache.string());
  if (task.type == task::TaskType::toxicity) add("attribute", service.attribute);
  if (task.type == task::TaskType::judge) add("model", service.model);
  if (task.type == task::TaskType::judge) add("question", service.question);
}

Json json_of(const task::RecordForm& form) {
  Json json = Json::object();
  const auto add = [&](const char* key, const std::string& text) {
    if (!text.empty()) json[key] = text;
  };
  add("question", form.question);
  add("choices", form.choices);
  if (!form.fixed_choices.empty()) json["choices"] = form.fixed_choices;
  add("answer", form.answer);
  return json;
}

void add_reward(const task::RewardConfig& reward, Json& json) {
  json["reward_model"] = reward.model.string();
  json["minimum"] = reward.minimum;
  json["maximum"] = reward.maximum;
  json["variant"] = task::reward_variant_names().of(reward.variant);
  if (reward.chat_template) json["reward_chat_template"] = *reward.chat_template;
}

/// Keys of single types.
void add_type_keys(const task::TaskConfig& task, Json& json) {
  if (task::scored_elsewhere(task.type)) add_service(task, json);
  if (task.type == task::TaskType::reward) add_reward(task.reward, json);
  if (task.check) json["check"] = *task.check;
  if (task.type != task::TaskType::option_likelihood) return;
  json["normalise"] = task::normalise_names().of(task.normalise);
  json["continuation"] = task::continuation_names().of(task.continuation);
}

Json json_of(const task::TaskConfig& task) {
  Json json = {{"name", task.name}, {"type", task::name_of(task.type)}};
  if (task.data.empty()) {
    json["data"] = Json::object();
    if (!task.dev_data.empty()) json["data"]["dev"] = task.dev_data.string();
    if (!task.test_data.empty()) json["data"]["test"] = task.test_data.string();
  } else {
    json["data"] = task.data.string();
  }
  if (task.fields) json["fields"] = json_of(*task.fields);
  if (task.instruction) json["instruction"] = *task.instruction;
  if (task.prompt) json["prompt"] = *task.prompt;
  if (task.icl_prompt) json["icl_prompt"] = *task.icl_prompt;
  if (task.max_new_tokens) json["max_new_tokens"] = *task.max_new_tokens;
  json["match"] = task::match_names().of(task.match);
  add_type_keys(task, json);
  if (task.dev_limit) json["limit"]["dev"] = *task.dev_limit;
  if (task.test_limit) json["limit"]["test"] = *task.test_limit;
  json["weight"] = task.weight;
  if (task.chat_template) json["chat_template"] = true;
  return json;
}

Json json_of(const swarm::Settings& s) {
  return {{"preset", s.preset},
          {"particles", s.particles},
          {"crossover_range", {s.crossover_range_low, s.crossover_range_high}},
          {"crossover_children", s.crossover_children},
          {"starting_velocity_mode", swarm::starting_velocity_names().of(s.starting_velocity_mode)},
          {"inertia", s.inertia},
          {"cognitive_coeff", s.cognitive_coeff},
          {"social_coeff", s.social_coeff},
          {"repel_coeff", s.repel_coeff},
          {"repel_term", s.repel_term},
          {"weight_randomness", s.weight_randomness},
          {"step_length", s.step_length},
          {"step_length_factor", s.step_length_factor},
          {"minimum_step_length", s.minimum_step_length},
          {"patience", s.patience},
          {"max_iteration", s.max_iteration},
          {"restart_patience", s.restart_patience},
          {"restart_mode", swarm::restart_mode_names().of(s.restart_mode)},
          {"restart_cool_down", s.restart_cool_down},
          {"worst_window", s.worst_window},
          {"promotion", swarm::promotion_names().of(s.promotion)},
          {"promotion_z", s.promotion_z},
          {"validation_fraction", s.validation_fraction},
          {"top_k", s.top_k},
          {"count_skipped", s.count_skipped},
          {"dropK", s.drop_k},
          {"dropN", s.drop_n},
          {"max_invalid", s.invalid_allowed()},
          {"blocks", s.blocks},
          {"candidates", s.candidates},
          {"positions", swarm::positions_names().of(s.positions)},
          {"velocity", swarm::velocity_names().of(s.velocity)},
          {"density", s.density},
          {"mutation", {{"rate", s.mutation.rate}, {"sigma", s.mutation.sigma}}},
          {"schedule", swarm::schedule_names().of(s.schedule)}};
}

Json json_of(const std::vector<BaselineConfig>& baselines) {
  Json list = Json::array();
  for (const BaselineConfig& baseline : baselines) {
    list.push_back(baseline.adapter.empty() ? Json(baseline.name)
                                            : Json{{"name", baseline.name}, {"adapter", baseline.adapter.string()}});
  }
  return list;
}

Json swarm_of(const RunConfig& config) {
  Json json = json_of(config.swarm);
  const auto path_or_null = [](const auto& path) { return path ? Json(path->string()) : Json(nullptr); };
  json["warm_start"] = path_or_null(config.warm_start);
  json["event_order"] = path_or_null(config.event_order);
  return json;
}

Json json_of(const task::UtilityConfig& utility) {
  Json tasks = Json::array();
  for (const task::TaskConfig& task : utility.tasks) tasks.push_back(json_of(task));
  return {{"combine", task::combine_names().of(utility.combine)}, {"tasks", tasks}};
}

/// `seed`, or the list of them: never both.
std::pair<const char*, Json> seed_of(const RunConfig& config) {
  if (config.seeds.empty()) return {"seed", config.seed};
  return {"seeds", config.seeds};
}

Json json_of(const RunConfig& config) {
  const auto [seed_key, seed] = seed_of(config);
  Json experts = Json::array();
  for (const auto& expert : config.experts) experts.push_back(expert.string());
  return {{"name", config.name},
          {seed_key, seed},
          {"model", config.model.string()},
          {"experts", experts},
          {"merge_space", weights::merge_space_names().of(config.merge_space)},
          {"utility", json_of(config.utility)},
          {"optimiser", swarm::optimiser_names().of(config.swarm.optimiser)},
          {"swarm", swarm_of(config)},
          {"baselines", json_of(config.baselines)},
          {"evaluation",
           {{"dtype", config.evaluation.dtype},
            {"adapters", model::adapters_names().of(config.evaluation.adapters)},
            {"synthetic", or_word(config.evaluation.synthetic, nullptr)},
            {"prune", config.evaluation.prune},
            {"block", or_word(config.evaluation.block, "auto")},
            {"max_batch_tokens", or_word(config.evaluation.max_batch_tokens, "auto")},
            {"threads", or_word(config.evaluation.threads, "auto")},
            {"pool", pool_names().of(config.evaluation.pool)}}},
          {"stop",
           {{"walltime", or_word(config.stop.walltime, "auto")},
            {"target", or_word(config.stop.target, nullptr)},
            {"budget_evaluations", or_word(config.stop.budget_evaluations, nullptr)},
            {"watchdog", or_word(config.stop.watchdog, "off")}}},
          {"output",
           {{"run_dir", config.output.run_dir.string()},
            {"checkpoint_every", config.output.checkpoint_every},
            {"keep", config.output.keep}}}};
}

/// The place of the first text in `json` that is not UTF-8, as keys with dots; empty: none.
std::string place_of_bytes(const Json& json, const std::string& place) {
  if (json.is_string()) return text::is_utf8(json.get_ref<const std::string&>()) ? "" : place;
  for (const auto& [key, value] : json.items()) {
    std::string found = json.is_structured() ? place_of_bytes(value, place.empty() ? key : place + "." + key) : "";
    if (!found.empty()) return found;
  }
  return "";
}

}  // namespace

void check_names(const RunConfig& config) {
  const std::string place = place_of_bytes(json_of(config), "");
  if (place.empty()) return;
  fail(ExitCode::usage, "{} names a file that is not UTF-8 (the files of a run could not name it). Rename it.", place);
}

std::string to_json(const RunConfig& config) { return json_text(json_of(config), 2); }

std::string to_yaml(const RunConfig& config) { return yaml_of(json_of(config)); }

std::string trajectory_hash(const RunConfig& config) {
  Json json = json_of(config);
  for (const char* key : {"name", "baselines", "stop", "output"}) json.erase(key);
  for (const char* key : {"patience", "max_iteration", "top_k"}) json["swarm"].erase(key);
  for (const char* key : {"prune", "threads", "max_batch_tokens", "pool"}) json["evaluation"].erase(key);
  // Where a service is and how long it is waited for may change from one job to the next.
  for (Json& task : json["utility"]["tasks"]) {
    for (const char* key : {"url", "url_env", "key_env", "timeout", "concurrency", "give_up_after", "memory", "cache"})
      task.erase(key);
  }
  // Older runs, which knew no other way, go on.
  if (config.evaluation.adapters == model::Adapters::separate) json["evaluation"].erase("adapters");
  if (!config.evaluation.synthetic) json["evaluation"].erase("synthetic");
  if (config.swarm.optimiser == swarm::Optimiser::swarm) json.erase("optimiser");
  if (config.swarm.optimiser != swarm::Optimiser::surrogate) json["swarm"].erase("candidates");
  if (!config.warm_start) json["swarm"].erase("warm_start");
  if (!config.event_order) json["swarm"].erase("event_order");
  if (config.swarm.schedule == swarm::Schedule::synchronous) json["swarm"].erase("schedule");
  if (config.swarm.positions == swarm::Positions::affine) {
    for (const char* key : {"positions", "velocity", "density", "mutation"}) json["swarm"].erase(key);
  }
  return sha256(json_text(json));
}

}  // namespace shoal::config
