#include "base/json_document.hpp"

#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "base/error.hpp"

namespace shoal {
namespace {

/// Watches a parse for what nlohmann-json would let through: repeated keys and bottomless nesting.
template <typename Json>
class HangDetector {
 public:
  using Event = typename Json::parse_event_t;

  explicit HangDetector(const std::string& source) : source_(source) {}

  bool operator()(int depth, Event event, Json& parsed) {
    constexpr int deepest = 64;
    if (depth > deepest) {
      fail(ExitCode::input, "{} is nested too deeply (more than {} levels). Is it damaged?", source_, deepest);
    }
    if (event == Event::object_start) keys_.emplace_back();
    if (event == Event::object_end) keys_.pop_back();
    if (event == Event::key && !keys_.back().insert(parsed.template get<std::string>()).second) {
      fail(ExitCode::input, "{} has the key {} twice in one object. Remove one.", source_,
           shown(parsed.template get<std::string>()));
    }
    return true;
  }

 private:
  const std::string& source_;
  std::vector<std::set<std::string>> keys_;
};

template <typename Json>
Json parse(std::string_view text, const std::string& source) {
  HangDetector<Json> watch(source);
  try {
    return Json::parse(
        text, [&](int depth, typename Json::parse_event_t event, Json& parsed) { return watch(depth, event, parsed); });
  } catch (const typename Json::exception& error) {
    constexpr std::size_t longest = 200;  // the parser's message repeats what it last read, however long that is
    fail(ExitCode::input, "{} is not valid JSON ({}).", source, std::string(error.what()).substr(0, longest));
  }
}

}  // namespace

nlohmann::json parse_json(std::string_view text, const std::string& source) {
  return parse<nlohmann::json>(text, source);
}

nlohmann::ordered_json parse_ordered_json(std::string_view text, const std::string& source) {
  return parse<nlohmann::ordered_json>(text, source);
}

std::string shown(std::string_view text) {
  constexpr std::size_t longest = 100;
  using Json = nlohmann::json;
  const std::string quoted = Json(text.substr(0, longest)).dump(-1, ' ', true, Json::error_handler_t::replace);
  return text.size() > longest ? quoted + "…" : quoted;
}

}  // namespace shoal
