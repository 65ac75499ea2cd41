#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/json_text.hpp"
#include "launch.hpp"
#include "text/tokenizer/tokenizer.hpp"
#include "verbs.hpp"

namespace shoal::app {
namespace {

std::vector<std::string> read_strings(const std::string& file) {
  try {
    return nlohmann::json::parse(read_text(file)).get<std::vector<std::string>>();
  } catch (const nlohmann::json::exception& error) {
    fail(ExitCode::input, "cannot read {} ({}). A JSON list of strings is expected.", file, error.what());
  }
}

int tokenize(const std::string& model, const std::string& file, bool chat) {
  const auto strings = read_strings(file);
  const auto tokenizer = text::Tokenizer::load(model);
  nlohmann::json ids = nlohmann::json::array();
  for (const std::string& text : strings) ids.push_back(chat ? tokenizer.encode_chat(text) : tokenizer.encode(text));
  fmt::print("{}\n", json_text(ids));
  return 0;
}

}  // namespace

void add_tokenize(CLI::App& program, Action& action) {
  auto* verb = program.add_subcommand("tokenize", "Print the token ids that the model sees for a JSON list of strings");
  auto model = std::make_shared<std::string>();
  auto file = std::make_shared<std::string>();
  auto chat = std::make_shared<bool>(false);
  verb->add_option("--model", *model, "Model folder")->required();
  verb->add_flag("--chat", *chat, "Each string is a user's message, rendered by the model's chat template");
  verb->add_option("file", *file, "JSON file: a list of strings")->required();
  verb->callback([=, &action] {
    action = [=](const Process&) { return in_one_process("tokenize", [&] { return tokenize(*model, *file, *chat); }); };
  });
}

}  // namespace shoal::app
