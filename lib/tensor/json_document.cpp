#include "tensor/json_document.hpp"

#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "base/error.hpp"

namespace shoal::tensor {
namespace {

using Json = nlohmann::json;

/// Watches a parse for what nlohmann-json would let through: repeated keys and bottomless nesting.
class Watch {
 public:
  explicit Watch(const std::string& source) : source_(source) {}

  bool operator()(int depth, Json::parse_event_t event, Json& parsed) {
    constexpr int deepest = 64;
    if (depth > deepest) {
      fail(ExitCode::input, "{} is nested too deeply (more than {} levels). Is it damaged?", source_, deepest);
    }
    if (event == Json::parse_event_t::object_start) keys_.emplace_back();
    if (event == Json::parse_event_t::object_end) keys_.pop_back();
    if (event == Json::parse_event_t::key && !keys_.back().insert(parsed.get<std::string>()).second) {
      fail(ExitCode::input, "{} has the key {} twice in one object. Remove one.", source_, parsed.dump());
    }
    return true;
  }

 private:
  const std::string& source_;
  std::vector<std::set<std::string>> keys_;
};

}  // namespace

Json parse_json(std::string_view text, const std::string& source) {
  try {
    Watch watch(source);
    return Json::parse(text,
                       [&](int depth, Json::parse_event_t event, Json& parsed) { return watch(depth, event, parsed); });
  } catch (const Json::exception& error) {
    fail(ExitCode::input, "{} is not valid JSON ({}).", source, error.what());
  }
}

}  // namespace shoal::tensor
