#include "text/text_template.hpp"

#include <jinja/lexer.h>
#include <jinja/parser.h>
#include <jinja/runtime.h>
#include <json.h>

#include <algorithm>
#include <mutex>
#include <set>

#include "base/error.hpp"

namespace shoal::text {
namespace {

using Tokens = std::vector<jinja::token>;

void replace_all(std::string& text, const std::string& what, const std::string& by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != text.npos; at += by.size()) text.replace(at, what.size(), by);
}

/// The engine is made for chat templates: it drops the newline behind a block, spaces before one and a newline at the
/// end. Empty expressions in between keep them.
std::string keeping_white_space(std::string source) {
  replace_all(source, "-%}\n", "-%}");  // Jinja drops this one too
  replace_all(source, "%}\n", "%}{{ '\\n' }}");
  replace_all(source, "{%", "{{ '' }}{%");
  replace_all(source, "{{ '' }}{%-", "{%-");
  if (source.ends_with('\n')) source += '\n';
  return source;
}

/// Words of the language and its own functions: no fields of a record.
bool is_word_of_jinja(const std::string& word) {
  static const std::set<std::string> words{
      "if",   "elif",  "else", "endif", "for",   "endfor", "in",    "not",       "and",  "or",     "is",          "set",
      "true", "false", "none", "True",  "False", "None",   "range", "namespace", "loop", "endset", "strftime_now"};
  return words.contains(word);
}

/// Whether the token names a variable: not an attribute (a.b), a filter (a | b), a test (a is b) or an argument (b=1).
bool is_variable(const Tokens& tokens, std::size_t at) {
  if (tokens[at].t != jinja::token::identifier || is_word_of_jinja(tokens[at].value)) return false;
  if (at + 1 < tokens.size() && tokens[at + 1].t == jinja::token::equals) return false;
  if (at == 0) return true;
  const jinja::token& before = tokens[at - 1];
  if (before.t == jinja::token::dot || before.t == jinja::token::pipe) return false;
  const bool negated = before.value == "not" && at > 1 && tokens[at - 2].value == "is";
  return !(before.t == jinja::token::identifier && (before.value == "is" || negated));
}

/// Names that the template gives itself: {% for name in … %}, {% set name = … %}.
std::set<std::string> own_names(const Tokens& tokens) {
  std::set<std::string> names;
  for (std::size_t at = 1; at < tokens.size(); ++at) {
    const bool introduced = tokens[at - 1].value == "for" || tokens[at - 1].value == "set";
    if (introduced && tokens[at - 1].t == jinja::token::identifier) names.insert(tokens[at].value);
  }
  return names;
}

std::vector<std::string> fields_of(const Tokens& tokens) {
  const std::set<std::string> own = own_names(tokens);
  std::vector<std::string> fields;
  for (std::size_t at = 0; at < tokens.size(); ++at) {
    const std::string& name = tokens[at].value;
    if (!is_variable(tokens, at) || own.contains(name)) continue;
    if (std::ranges::find(fields, name) == fields.end()) fields.push_back(name);
  }
  return fields;
}

std::string shortened(const std::exception& error) { return std::string(error.what()).substr(0, 300); }

}  // namespace

struct TextTemplate::Program {
  std::string source;
  mutable std::mutex mutex;  // the parsed program hands out shared values
  mutable jinja::program program;
};

TextTemplate::TextTemplate(const std::string& source) {
  auto program = std::make_shared<Program>();
  program->source = keeping_white_space(source);
  try {
    jinja::lexer lexer;
    const jinja::lexer_result result = lexer.tokenize(program->source);
    fields_ = fields_of(result.tokens);
    program->program = jinja::parse_from_tokens(result);
  } catch (const std::exception& error) {
    fail(ExitCode::usage, "the template \"{}\" cannot be read ({}). Repair it.", source, shortened(error));
  }
  program_ = std::move(program);
}

std::string TextTemplate::render(const std::string& record) const {
  const std::lock_guard lock(program_->mutex);
  try {
    jinja::context context(program_->source);
    jinja::global_from_json(context, common_json::parse(record), /*mark_input=*/false);
    jinja::runtime runtime(context);
    return jinja::runtime::gather_string_parts(runtime.execute(program_->program))->as_string().str();
  } catch (const std::exception& error) {
    fail(ExitCode::input, "the template \"{}\" refuses a record ({}). Repair one of them.", program_->source,
         shortened(error));
  }
}

}  // namespace shoal::text
