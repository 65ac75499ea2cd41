#include "task/dataset.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/json_text.hpp"
#include "task/ordered_json.hpp"
#include "task/record_reader.hpp"
#include "text/text.hpp"

namespace shoal::task {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

/// Where an item stands, for messages.
struct Place {
  std::string file;
  std::string part;  // "dev item 3"

  template <typename... Args>
  [[noreturn]] void reject(fmt::format_string<Args...> format, Args&&... args) const {
    fail(ExitCode::input, "{}: {}: {}.", file, part, fmt::format(format, std::forward<Args>(args)...));
  }
};

std::string read_utf8(const fs::path& path) {
  std::string text = read_text(path);
  if (!text::is_utf8(text)) fail(ExitCode::input, "{} is not UTF-8. Convert it.", path.string());
  return text;
}

std::string required_text(const Json& item, const char* key, const Place& place) {
  if (!item.contains(key)) place.reject("it has no {}", key);
  if (item[key].is_number_integer()) return json_text(item[key]);
  if (!item[key].is_string()) place.reject("its {} is not a string", key);
  const auto text = item[key].get<std::string>();
  if (text::strip(text).empty()) place.reject("its {} is empty", key);
  return text;
}

Choice choice_of(const std::string& key, const Json& value, const Place& place) {
  if (key.empty() || text::strip(key) != key)
    place.reject("the option key {} is empty or has white space around it", json_text(Json(key)));
  if (!value.is_string()) place.reject("option {} is not a string", key);
  return {key, value.get<std::string>()};
}

/// {"A": "…", "B": "…"}, or a list, whose options then are A, B, C …
std::vector<Choice> read_choices(const Json& json, const Place& place) {
  std::vector<Choice> choices;
  if (json.is_object()) {
    for (const auto& [key, value] : json.items()) choices.push_back(choice_of(key, value, place));
  } else if (json.is_array() && json.size() <= 26) {
    for (const Json& value : json) {
      const auto letter = static_cast<char>('A' + static_cast<int>(choices.size()));
      choices.push_back(choice_of(std::string(1, letter), value, place));
    }
  } else {
    place.reject("its choices are neither an object nor a list of at most 26");
  }
  if (choices.size() < 2) place.reject("it has fewer than two choices");
  return choices;
}

Item read_item(const Json& json, TaskType type, const Place& place) {
  if (!json.is_object()) place.reject("it is not an object");
  Item item;
  // A text to be measured may stand alone.
  const bool alone = type == TaskType::perplexity && !json.contains("question");
  if (!alone) item.question = required_text(json, "question", place);
  if (has_scorer(type) && !json.contains("answer")) return item;
  item.answer = required_text(json, "answer", place);
  if (!has_options(type)) return item;
  if (!json.contains("choices")) place.reject("it has no choices (type {} needs them)", name_of(type));
  item.choices = read_choices(json["choices"], place);
  if (std::ranges::none_of(item.choices, [&](const Choice& choice) { return choice.key == item.answer; })) {
    place.reject("its answer {} is not one of its options", json_text(Json(item.answer)));
  }
  return item;
}

std::vector<Item> read_items(const Json& list, const TaskConfig& config, const std::string& file, const char* split,
                             std::optional<std::size_t> limit) {
  std::vector<Item> items;
  const auto reader = config.fields ? std::optional<RecordReader>(*config.fields) : std::nullopt;
  const std::size_t count = std::min(list.size(), limit.value_or(list.size()));
  for (std::size_t i = 0; i < count; ++i) {
    const Place place{file, fmt::format("{} item {}", split, i)};
    const Json json = reader ? reader->item_of(list[i], fmt::format("{}: {}", place.file, place.part)) : list[i];
    items.push_back(read_item(json, config.type, place));
  }
  return items;
}

Json read_json_lines(const fs::path& path) {
  const std::string text = read_utf8(path);
  Json list = Json::array();
  std::size_t line = 1;
  for (std::size_t begin = 0; begin < text.size(); ++line) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string piece = text.substr(begin, end - begin);
    if (!text::strip(piece).empty())
      list.push_back(parse_ordered_json(piece, fmt::format("{} line {}", path.string(), line)));
    begin = end + 1;
  }
  return list;
}

/// One split: JSON lines, or one JSON list.
Json read_records(const fs::path& path) {
  if (path.extension() == ".jsonl") return read_json_lines(path);
  const std::string text = read_utf8(path);
  if (!text::strip_left(text).starts_with("[")) return read_json_lines(path);
  return parse_ordered_json(text, path.string());
}

Json read_document(const fs::path& path) {
  Json json = parse_ordered_json(read_utf8(path), path.string());
  if (!json.is_object())
    fail(ExitCode::input, "{} is not an object with dev and test. See docs/configuration.md.", path.string());
  for (const char* split : {"dev", "test"}) {
    if (json.contains(split) && !json[split].is_array()) {
      fail(ExitCode::input, "{}: {} is not a list. See docs/configuration.md.", path.string(), split);
    }
  }
  if (json.contains("icl_prompt") && !json["icl_prompt"].is_string()) {
    fail(ExitCode::input, "{}: icl_prompt is not a string. See docs/configuration.md.", path.string());
  }
  return json;
}

Dataset read_json(const TaskConfig& config) {
  const Json json = read_document(config.data);
  Dataset data;
  const std::string file = config.data.string();
  if (json.contains("dev")) data.dev = read_items(json["dev"], config, file, "dev", config.dev_limit);
  if (json.contains("test")) data.test = read_items(json["test"], config, file, "test", config.test_limit);
  if (json.contains("icl_prompt")) data.icl_prompt = json["icl_prompt"].get<std::string>();
  return data;
}

Dataset read_pair(const TaskConfig& config) {
  Dataset data;
  if (!config.dev_data.empty()) {
    data.dev = read_items(read_records(config.dev_data), config, config.dev_data.string(), "dev", config.dev_limit);
  }
  if (!config.test_data.empty()) {
    data.test =
        read_items(read_records(config.test_data), config, config.test_data.string(), "test", config.test_limit);
  }
  return data;
}

}  // namespace

const char* name_of(Split split) { return split == Split::dev ? "dev" : "test"; }

Dataset read_dataset(const TaskConfig& config) {
  Dataset data = config.data.empty() ? read_pair(config) : read_json(config);
  if (data.dev.empty() && data.test.empty()) {
    const auto& file = config.data.empty() ? config.dev_data : config.data;
    fail(ExitCode::input, "task {} is empty ({} has neither dev nor test items). Add examples.", config.name,
         file.string());
  }
  return data;
}

TaskType guess_type(const fs::path& data) {
  Json json;
  if (data.extension() == ".jsonl") {
    json["dev"] = read_json_lines(data);
  } else {
    json = read_document(data);
  }
  for (const char* split : {"dev", "test"}) {
    if (json.contains(split) && !json[split].empty()) {
      return json[split][0].is_object() && json[split][0].contains("choices") ? TaskType::multiple_choice
                                                                              : TaskType::exact_match;
    }
  }
  fail(ExitCode::input, "{} is empty (neither dev nor test items). Add examples.", data.string());
}

}  // namespace shoal::task
