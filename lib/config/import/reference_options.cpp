#include "config/import/reference_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/error.hpp"

namespace shoal::config {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

std::string long_name(const std::string& option) {
  static const std::map<std::string, std::string> short_names{
      {"n", "name"},     {"e", "eval_type"},     {"d", "dataset"},    {"g", "gpus"},
      {"p", "patience"}, {"m", "max_iteration"}, {"b", "base_model"}, {"i", "initial_expert_directory"}};
  const auto found = short_names.find(option);
  return found == short_names.end() ? option : found->second;
}

/// The command of a script: continued lines joined, comments left out, the first line that calls search.py.
std::string command_of(std::string text) {
  for (std::size_t at = 0; (at = text.find("\\\n", at)) != text.npos;) text[at] = text[at + 1] = ' ';
  std::istringstream lines(text);
  std::string all;
  for (std::string line; std::getline(lines, line);) {
    if (line.find("search.py") != line.npos) return line;
    if (!line.starts_with('#')) all += line + " ";
  }
  return all;
}

/// Words as a shell would split them; quotes hold a word together.
std::vector<std::string> words_of(const std::string& command) {
  std::vector<std::string> words;
  std::string word;
  char quote = 0;
  for (const char c : command + " ") {
    if (quote != 0 ? c == quote : c == '\'' || c == '"') {
      quote = quote != 0 ? '\0' : c;
    } else if (quote == 0 && std::isspace(static_cast<unsigned char>(c)) != 0) {
      if (!word.empty()) words.push_back(word);
      word.clear();
    } else {
      word += c;
    }
  }
  return words;
}

/// -x or --xyz, but not the number -0.3.
bool is_option(const std::string& word) {
  return word.size() > 1 && word[0] == '-' &&
         (word[1] == '-' || std::isalpha(static_cast<unsigned char>(word[1])) != 0);
}

ReferenceOptions from_command(const std::string& text) {
  ReferenceOptions options;
  const std::vector<std::string> words = words_of(command_of(text));
  for (std::size_t at = 0; at < words.size(); ++at) {
    if (!is_option(words[at])) {  // what stands before the first option is the program
      if (!options.values.empty()) options.notes.push_back(fmt::format("the word {} is no option.", words[at]));
      continue;
    }
    std::string name = words[at].substr(words[at].find_first_not_of('-'));
    std::string value;
    if (const std::size_t equals = name.find('='); equals != name.npos) {
      value = name.substr(equals + 1);
      name.resize(equals);
    } else if (at + 1 < words.size() && !is_option(words[at + 1])) {
      value = words[++at];
    }
    options.values.emplace_back(long_name(name), value);
  }
  return options;
}

ReferenceOptions from_json(const std::string& text, const fs::path& file) {
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) fail(ExitCode::usage, "{} is no JSON object of options. Repair it.", file.string());
  ReferenceOptions options;
  for (const auto& [name, value] : json.items()) {
    if (value.is_null()) continue;
    const std::string plain = value.is_string()    ? value.get<std::string>()
                              : value.is_boolean() ? std::string(value.get<bool>() ? "1" : "0")
                                                   : value.dump();
    options.values.emplace_back(long_name(name), plain);
  }
  return options;
}

/// Namespace(name='x', inertia=0.4, initial_experts_num=None)
ReferenceOptions from_namespace(const std::string& text) {
  ReferenceOptions options;
  const std::size_t begin = text.find('(') + 1;
  for (std::string& word : words_of(text.substr(begin, text.rfind(')') - begin))) {
    if (word.ends_with(',')) word.pop_back();
    const std::size_t equals = word.find('=');
    if (equals == word.npos || word.substr(equals + 1) == "None") continue;
    const std::string value = word.substr(equals + 1);
    options.values.emplace_back(word.substr(0, equals), value == "False" ? "0" : value == "True" ? "1" : value);
  }
  return options;
}

}  // namespace

std::string ReferenceOptions::get(const std::string& name, const std::string& usual) const {
  // The last one counts, as on a command line.
  const auto found = std::find_if(values.rbegin(), values.rend(), [&](const auto& pair) { return pair.first == name; });
  return found == values.rend() ? usual : found->second;
}

ReferenceOptions reference_options(const std::string& text, const fs::path& file) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == text.npos) fail(ExitCode::usage, "{} is empty. Write the options into it.", file.string());
  if (text[first] == '{') return from_json(text, file);
  ReferenceOptions options = text.compare(first, 10, "Namespace(") == 0 ? from_namespace(text) : from_command(text);
  if (options.values.empty()) {
    fail(ExitCode::usage, "{} holds no options (--key value is expected, or a JSON object). Add some.", file.string());
  }
  return options;
}

}  // namespace shoal::config
