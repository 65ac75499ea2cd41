#include "task/ordered_json.hpp"

#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "base/error.hpp"
#include "base/json_text.hpp"

namespace shoal::task {
namespace {

using Json = nlohmann::ordered_json;
using Event = Json::parse_event_t;

/// Watches a parse for what nlohmann-json would let through: repeated keys and bottomless nesting.
class HangDetector {
 public:
  explicit HangDetector(const std::string& source) : source_(source) {}

  bool operator()(int depth, Event event, const Json& parsed) {
    constexpr int deepest = 64;
    if (depth > deepest) {
      fail(ExitCode::input, "{} is nested too deeply (more than {} levels). Is it damaged?", source_, deepest);
    }
    count_items(depth, event);
    if (event == Event::object_start) keys_.emplace_back();
    if (event == Event::object_end) keys_.pop_back();
    if (event == Event::key) enter_key(depth, parsed.get<std::string>());
    return true;
  }

 private:
  /// {"dev": [item, …]}: the keys of the whole stand at depth 1, an item starts at depth 2.
  void count_items(int depth, Event event) {
    const bool starts = event == Event::object_start || event == Event::array_start || event == Event::value;
    if (depth == 2 && starts) ++items_;
  }

  void enter_key(int depth, const std::string& key) {
    if (!keys_.back().insert(key).second) {
      const std::string place = depth > 2 ? fmt::format("{} item {} ", split_, items_ - 1) : "it ";
      fail(ExitCode::input, "{}: {}has the key {} twice in one object. Remove one.", source_, place,
           json_text(Json(key)));
    }
    if (depth != 1) return;
    split_ = key;
    items_ = 0;
  }

  const std::string& source_;
  std::string split_;
  int items_ = 0;
  std::vector<std::set<std::string>> keys_;
};

}  // namespace

Json parse_ordered_json(const std::string& text, const std::string& source) {
  try {
    HangDetector watch(source);
    return Json::parse(text, [&](int depth, Event event, Json& parsed) { return watch(depth, event, parsed); });
  } catch (const Json::exception& error) {
    fail(ExitCode::input, "{} is not valid JSON ({}).", source, error.what());
  }
}

}  // namespace shoal::task
