#include "task/record_reader.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/json_text.hpp"
#include "task/ordered_json.hpp"
#include "text/text.hpp"

namespace shoal::task {
namespace {

using Json = nlohmann::ordered_json;
using text::TextTemplate;

/// The expression of a template that is nothing but one {{ expression }}; empty for any other.
std::string only_expression(const std::string& source) {
  const std::string_view text = text::strip(source);
  if (!text.starts_with("{{") || !text.ends_with("}}")) return "";
  const std::string_view inside = text.substr(2, text.size() - 4);
  if (inside.find("{{") != inside.npos || inside.find("}}") != inside.npos) return "";
  return std::string(text::strip(inside));
}

/// A list comes out of a template as JSON: as Python would print it, quotes inside texts could not be told apart.
TextTemplate json_template(const std::string& source) {
  const std::string expression = only_expression(source);
  return TextTemplate(expression.empty() ? source : "{{ (" + expression + ") | tojson }}");
}

/// `list.index(item)`, which the template engine does not know, in its two parts; empty for anything else.
std::pair<std::string, std::string> list_and_item(const std::string& expression) {
  const std::size_t at = expression.rfind(".index(");
  if (at == expression.npos || !expression.ends_with(')')) return {};
  const std::size_t begin = at + std::string_view(".index(").size();
  return {expression.substr(0, at), expression.substr(begin, expression.size() - begin - 1)};
}

void require_fields(const TextTemplate& form, const Json& record, const std::string& place) {
  for (const std::string& field : form.fields()) {
    if (record.contains(field)) continue;
    fail(ExitCode::input, "{}: it has no {} (a template of the task's fields reads it). Repair one of them.", place,
         field);
  }
}

std::string rendered(const TextTemplate& form, const Json& record, const std::string& place) {
  require_fields(form, record, place);
  return form.render(json_text(record));
}

Json rendered_json(const TextTemplate& form, const Json& record, const std::string& place) {
  const std::string text = rendered(form, record, place);
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) fail(ExitCode::input, "{}: \"{}\" is no list (a template gave it). Repair it.", place, text);
  return json;
}

std::string plain(const Json& value) { return value.is_string() ? value.get<std::string>() : json_text(value); }

std::string letter(std::size_t option) { return std::string(1, static_cast<char>('A' + static_cast<int>(option))); }

std::size_t place_in(const Json& list, const std::string& item) {
  const auto found = std::ranges::find_if(list, [&](const Json& entry) { return plain(entry) == item; });
  return static_cast<std::size_t>(found - list.begin());
}

bool is_number(const std::string& text) {
  return !text.empty() && text.size() < 4 && text.find_first_not_of("0123456789") == text.npos;
}

/// The key of the option that an answer names: by its place, as a number or a truth value, by its text, or by its key.
std::optional<std::string> option_key(const Json& choices, const std::string& answer) {
  if (answer == "True" || answer == "False") {
    const std::size_t same = place_in(choices, answer);
    return letter(same < choices.size() ? same : answer == "True" ? 1 : 0);
  }
  if (is_number(answer) && std::stoul(answer) < choices.size()) return letter(std::stoul(answer));
  if (const std::size_t same = place_in(choices, answer); same < choices.size()) return letter(same);
  for (std::size_t option = 0; option < choices.size(); ++option) {
    if (letter(option) == answer) return answer;
  }
  return std::nullopt;
}

}  // namespace

RecordReader::RecordReader(const RecordForm& form) : form_(form) {
  if (!form.question.empty()) question_.emplace(form.question);
  if (!form.choices.empty()) choices_.emplace(json_template(form.choices));
  if (form.answer.empty()) return;
  const auto [list, item] = list_and_item(only_expression(form.answer));
  answer_.emplace(list.empty() ? form.answer : "{{ " + item + " }}");
  if (!list.empty()) answer_list_.emplace(json_template("{{ " + list + " }}"));
}

Json RecordReader::item_of(const Json& record, const std::string& place) const {
  if (!record.is_object()) fail(ExitCode::input, "{}: it is not an object. Repair it.", place);
  Json item = Json::object();
  if (question_) {
    item["question"] = rendered(*question_, record, place);
  } else if (record.contains("question")) {
    item["question"] = record["question"];
  }
  const Json choices = choices_of(record, place);
  if (!choices.is_null()) item["choices"] = choices;
  const Json answer = answer_of(record, choices, place);
  if (!answer.is_null()) item["answer"] = answer;
  return item;
}

Json RecordReader::choices_of(const Json& record, const std::string& place) const {
  if (!form_.fixed_choices.empty()) return form_.fixed_choices;
  if (!choices_) return record.contains("choices") ? record["choices"] : Json();
  const Json list = rendered_json(*choices_, record, place);
  if (!list.is_array())
    fail(ExitCode::input, "{}: its choices are not a list ({}). Repair it.", place, json_text(list));
  Json texts = Json::array();
  for (const Json& choice : list) texts.push_back(plain(choice));
  return texts;
}

Json RecordReader::answer_of(const Json& record, const Json& choices, const std::string& place) const {
  if (!answer_) return record.contains("answer") ? record["answer"] : Json();
  std::string answer = rendered(*answer_, record, place);
  if (answer_list_) {
    const Json list = rendered_json(*answer_list_, record, place);
    answer = list.is_array() ? std::to_string(place_in(list, answer)) : answer;
  }
  if (!choices.is_array()) return answer;
  const auto key = option_key(choices, answer);
  if (!key) {
    fail(ExitCode::input,
         "{}: its answer {} names none of its {} options (a place from 0, a text or a letter). Repair "
         "it.",
         place, json_text(Json(answer)), choices.size());
  }
  return *key;
}

}  // namespace shoal::task
