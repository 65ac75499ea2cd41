#include "text/chat_template.hpp"

#include <jinja/lexer.h>
#include <jinja/parser.h>
#include <jinja/runtime.h>
#include <json.h>

#include <mutex>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/json_file.hpp"
#include "base/json_text.hpp"

namespace shoal::text {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr std::time_t always_today = 1721988000;  // 26 July 2024, 10:00 UTC: the same day in most time zones

/// A special token of tokenizer_config.json: a text, or an object with the text as `content`.
std::string token_of(const Json& config, const char* key) {
  if (!config.contains(key)) return "";
  const Json& token = config[key];
  if (token.is_string()) return token.get<std::string>();
  return token.is_object() ? token.value("content", "") : "";
}

/// The template among several: [{"name": "default", "template": "…"}, …].
std::string default_of(const Json& list) {
  for (const Json& entry : list) {
    if (entry.is_object() && entry.value("name", "") == "default") return entry.value("template", "");
  }
  return "";
}

/// Empty when there is none.
std::string find_source(const fs::path& folder, const Json& config) {
  const fs::path file = folder / "chat_template.jinja";
  if (fs::exists(file)) return read_text(file);
  const Json written = config.value("chat_template", Json());
  return written.is_string() ? written.get<std::string>() : default_of(written);
}

Json settings_of(const fs::path& folder) {
  const fs::path file = folder / "tokenizer_config.json";
  return fs::exists(file) ? JsonFile(file).root() : Json::object();
}

std::string source_of(const fs::path& folder, const Json& config) {
  std::string source = find_source(folder, config);
  if (source.empty()) {
    fail(ExitCode::input,
         "{} has no chat template (neither chat_template.jinja nor chat_template in tokenizer_config.json). Set "
         "chat_template: false.",
         folder.string());
  }
  return source;
}

}  // namespace

struct ChatTemplate::Impl {
  std::string render(Json values) const;

  std::string place;
  std::string source;
  std::string bos_token;
  std::string eos_token;
  mutable std::mutex mutex;  // the parsed program hands out shared values
  mutable jinja::program program;
};

ChatTemplate ChatTemplate::load(const fs::path& folder) {
  const Json config = settings_of(folder);
  auto impl = std::make_shared<Impl>();
  impl->place = folder.string();
  impl->source = source_of(folder, config);
  impl->bos_token = token_of(config, "bos_token");
  impl->eos_token = token_of(config, "eos_token");
  try {
    jinja::lexer lexer;
    impl->program = jinja::parse_from_tokens(lexer.tokenize(impl->source));
  } catch (const std::exception& error) {
    fail(ExitCode::input, "the chat template of {} cannot be read ({}). Repair it.", folder.string(),
         std::string(error.what()).substr(0, 300));
  }
  ChatTemplate result;
  result.impl_ = std::move(impl);
  return result;
}

bool ChatTemplate::exists(const fs::path& folder) { return !find_source(folder, settings_of(folder)).empty(); }

std::string ChatTemplate::render(const std::string& message) const {
  return impl_->render({{"messages", {{{"role", "user"}, {"content", message}}}}, {"add_generation_prompt", true}});
}

std::string ChatTemplate::render(const std::string& message, const std::string& reply) const {
  return impl_->render(
      {{"messages", {{{"role", "user"}, {"content", message}}, {{"role", "assistant"}, {"content", reply}}}},
       {"add_generation_prompt", false}});
}

std::string ChatTemplate::Impl::render(Json values) const {
  const std::lock_guard lock(mutex);
  values["bos_token"] = bos_token;
  values["eos_token"] = eos_token;
  try {
    jinja::context context(source);
    context.current_time = always_today;
    jinja::global_from_json(context, common_json::parse(json_text(values)), /*mark_input=*/false);
    jinja::runtime runtime(context);
    return jinja::runtime::gather_string_parts(runtime.execute(program))->as_string().str();
  } catch (const std::exception& error) {
    fail(ExitCode::input,
         "the chat template of {} refuses a message ({}). Use another template, or chat_template: false.", place,
         std::string(error.what()).substr(0, 300));
  }
}

}  // namespace shoal::text
