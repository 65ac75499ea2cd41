#include "config/task_config_reader.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/error.hpp"
#include "base/file.hpp"
#include "config/lm_eval/task.hpp"
#include "config/run_config.hpp"
#include "task/dataset.hpp"

namespace shoal::config {
namespace {

namespace fs = std::filesystem;

void read_data(YamlMap& map, const fs::path& folder, task::TaskConfig& config) {
  if (map.is_map("data")) {
    auto pair = *map.map("data");
    if (const auto dev = pair.path("dev", folder)) config.dev_data = dev->resolved();
    if (const auto test = pair.path("test", folder)) config.test_data = test->resolved();
    pair.finish();
    if (config.dev_data.empty() && config.test_data.empty()) map.reject("data", "names neither a dev nor a test file");
    return;
  }
  const auto path = map.path("data", folder);
  if (!path) map.reject("data", "is missing (a file is expected)");
  config.data = path->resolved();
  if (config.data.extension() == ".jsonl") map.reject("data", "is one JSONL file (write data: {dev: …, test: …})");
}

bool is_yaml(const fs::path& file) { return file.extension() == ".yaml" || file.extension() == ".yml"; }

/// A task of lm-eval as data: its keys in our words, under those that the entry gives itself.
std::optional<task::TaskConfig> read_lm_eval(YamlMap& map, const fs::path& folder) {
  if (map.is_map("data")) return std::nullopt;
  const auto path = map.path("data", folder);
  if (!path || !is_yaml(path->resolved())) return std::nullopt;
  const LmEvalTask task = read_lm_eval_task(path->resolved());
  YamlMap merged = map.over(parse_yaml(task.entry, path->resolved().string()), "data");
  task::TaskConfig config = read_task(merged, folder);
  config.notes = task.notes;
  return config;
}

/// How records become items: {question: …, choices: … or [A, B], answer: …}.
void read_fields(YamlMap& map, task::TaskConfig& config) {
  auto fields = map.map("fields");
  if (!fields) return;
  task::RecordForm form;
  form.question = fields->text("question").value_or("");
  if (fields->is_sequence("choices")) {
    form.fixed_choices = *fields->texts("choices");
  } else {
    form.choices = fields->text("choices").value_or("");
  }
  form.answer = fields->text("answer").value_or("");
  fields->finish();
  config.fields = form;
}

std::optional<std::size_t> positive(YamlMap& map, const char* key) {
  const auto value = map.integer(key);
  if (value && (*value < 1 || *value > 1'000'000'000)) map.reject(key, "is not a positive number");
  return value ? std::optional(static_cast<std::size_t>(*value)) : std::nullopt;
}

/// One number for both splits, or {dev: N, test: M}.
void read_limit(YamlMap& map, task::TaskConfig& config) {
  if (map.is_map("limit")) {
    auto limits = *map.map("limit");
    config.dev_limit = positive(limits, "dev");
    config.test_limit = positive(limits, "test");
    limits.finish();
    return;
  }
  config.dev_limit = config.test_limit = positive(map, "limit");
}

/// The file that names a task and shows its type.
const fs::path& first_file(const task::TaskConfig& config) {
  if (!config.data.empty()) return config.data;
  return config.dev_data.empty() ? config.test_data : config.dev_data;
}

task::TaskType read_type(YamlMap& map, const task::TaskConfig& config) {
  if (const auto type = map.choice("type", task::type_names().all())) return static_cast<task::TaskType>(*type);
  if (config.fields) {
    const bool options = !config.fields->choices.empty() || !config.fields->fixed_choices.empty();
    return options ? task::TaskType::multiple_choice : task::TaskType::exact_match;
  }
  return task::guess_type(first_file(config));
}

std::size_t bytes(YamlMap& map, const char* key, std::size_t usual) {
  const auto gib = map.number(key);
  if (gib && !(*gib > 0.0 && *gib < 1e6)) map.reject(key, "is not a positive number of GiB");
  return gib ? static_cast<std::size_t>(*gib * 1073741824.0) : usual;
}

double seconds(YamlMap& map, const char* key, double usual) {
  const double value = map.number(key).value_or(usual);
  if (!(value > 0.0 && value < 1e7)) map.reject(key, "is not a positive number of seconds");
  return value;
}

void read_address(YamlMap& map, task::ServiceConfig& service) {
  service.url = map.text("url").value_or("");
  service.url_variable = map.text("url_env").value_or("");
  service.key_variable = map.text("key_env").value_or("");
  if (service.url.empty() == service.url_variable.empty()) map.reject("url", "is expected, or url_env, and not both");
  if (!service.url.empty() && !service.url.starts_with("http://") && !service.url.starts_with("https://")) {
    map.reject("url", "does not begin with http:// or https://");
  }
  service.concurrency = positive(map, "concurrency").value_or(service.concurrency);
  service.give_up_after = seconds(map, "give_up_after", service.give_up_after);
}

/// Who scores the answers, by the task's type.
void read_service(YamlMap& map, const fs::path& folder, task::TaskConfig& config) {
  task::ServiceConfig& service = config.service;
  service.timeout = seconds(map, "timeout", service.timeout);
  if (config.type == task::TaskType::command) {
    if (const auto command = map.texts("command")) service.command = *command;
    if (service.command.empty()) map.reject("command", "is missing (a list: the program and its arguments)");
    service.memory = bytes(map, "memory", service.memory);
    return;
  }
  read_address(map, service);
  if (const auto cache = map.path("cache", folder)) service.cache = cache->resolved();
  if (config.type == task::TaskType::toxicity) service.attribute = map.text("attribute").value_or(service.attribute);
  if (config.type != task::TaskType::judge) return;
  service.model = map.text("model").value_or("");
  if (service.model.empty()) map.reject("model", "is missing (the judge's name at its server)");
  service.question = map.text("question").value_or("");
  if (!service.question.empty() && service.question.find("{output}") == std::string::npos) {
    map.reject("question", "has no {output} in it (the judge would not see the answers)");
  }
}

/// What is compared where options have likelihoods.
void read_options(YamlMap& map, task::TaskConfig& config) {
  if (config.type != task::TaskType::option_likelihood) return;
  map.choose("normalise", task::normalise_names(), config.normalise);
  map.choose("continuation", task::continuation_names(), config.continuation);
}

double required_number(YamlMap& map, const char* key, const char* what) {
  const auto value = map.number(key);
  if (!value || !std::isfinite(*value)) map.reject(key, fmt::format("is missing ({})", what));
  return *value;
}

void read_reward(YamlMap& map, const fs::path& folder, task::RewardConfig& reward) {
  const auto model = map.path("reward_model", folder);
  if (!model) map.reject("reward_model", "is missing (the reward model's folder)");
  reward.model = model->resolved();
  reward.minimum = required_number(map, "minimum", "the reward that becomes the score 0");
  reward.maximum = required_number(map, "maximum", "the reward that becomes the score 1");
  if (!(reward.minimum < reward.maximum)) map.reject("maximum", "is not above minimum");
  map.choose("variant", task::reward_variant_names(), reward.variant);
  reward.chat_template = map.flag("reward_chat_template");
}

/// New tokens of an answer; where likelihood is measured there are none.
void read_length(YamlMap& map, task::TaskConfig& config) {
  const auto tokens = positive(map, "max_new_tokens");
  if (!tokens) return;
  if (task::measures_likelihood(config.type)) map.reject("max_new_tokens", "is given (nothing is generated)");
  config.max_new_tokens = static_cast<int>(*tokens);
}

/// Keys of single types.
void read_type_keys(YamlMap& map, const fs::path& folder, task::TaskConfig& config) {
  if (task::scored_elsewhere(config.type)) read_service(map, folder, config);
  if (config.type == task::TaskType::reward) read_reward(map, folder, config.reward);
  if (config.type == task::TaskType::abstain) config.check = map.text("check");
  read_options(map, config);
}

task::Match read_match(YamlMap& map, const task::TaskConfig& config) {
  task::Match chosen = task::Match::word;
  map.choose("match", task::match_names(), chosen);
  if (chosen == task::Match::number && config.type != task::TaskType::exact_match) {
    map.reject("match", "is number (that is for exact_match)");
  }
  return chosen;
}

}  // namespace

task::TaskConfig read_task(YamlMap& map, const fs::path& folder) {
  if (auto foreign = read_lm_eval(map, folder)) return *foreign;
  task::TaskConfig config;
  read_data(map, folder, config);
  read_fields(map, config);
  config.name = map.text("name").value_or(first_file(config).stem().string());
  if (config.name.empty()) map.reject("name", "is empty");
  config.type = read_type(map, config);
  config.instruction = map.text("instruction");
  config.prompt = map.text("prompt");
  if (config.prompt && config.prompt->find("{question}") == std::string::npos) {
    map.reject("prompt", "has no {question} in it (all items would look the same)");
  }
  config.icl_prompt = map.text("icl_prompt");
  read_length(map, config);
  config.match = read_match(map, config);
  read_type_keys(map, folder, config);
  read_limit(map, config);
  config.weight = map.number("weight").value_or(1.0);
  if (!(config.weight > 0.0)) map.reject("weight", "is not above 0");
  config.chat_template = map.flag("chat_template").value_or(false);
  map.finish();
  return config;
}

task::TaskConfig load_task_file(const fs::path& file) {
  const std::string kind = file.extension().string();
  if (kind == ".json" || kind == ".jsonl") {
    task::TaskConfig config;
    config.name = file.stem().string();
    config.type = task::guess_type(file);
    (kind == ".json" ? config.data : config.dev_data) = file;
    if (kind == ".jsonl") config.test_data = file;
    return config;
  }
  YamlMap map(parse_yaml(read_text(file), file.string()), file.string(), "");
  return read_task(map, fs::absolute(file).parent_path());
}

}  // namespace shoal::config
