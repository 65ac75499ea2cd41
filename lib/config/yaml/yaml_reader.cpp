#include "config/yaml/yaml_reader.hpp"

#include <yaml-cpp/eventhandler.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "base/error.hpp"
#include "base/spelling.hpp"
#include "text/text.hpp"

namespace shoal::config {
namespace {

namespace fs = std::filesystem;

constexpr const char* override_tag = "!set";  // marks values that came from --set
constexpr std::size_t longest_document = 4U << 20U;

/// Looks at a document before it is built: aliases can make a small text stand for an endless tree.
class Guard : public YAML::EventHandler {
 public:
  explicit Guard(const std::string& source) : source_(source) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { refuse_anchor(mark, anchor); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { refuse_anchor(mark, 1); }
  void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor, const std::string&) override {
    refuse_anchor(mark, anchor);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    enter(mark, anchor);
  }
  void OnSequenceEnd() override { --depth_; }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    enter(mark, anchor);
  }
  void OnMapEnd() override { --depth_; }

 private:
  void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) const {
    if (anchor == 0) return;
    fail(ExitCode::usage, "{}:{}: anchors and aliases are not supported. Write the value out.", source_, mark.line + 1);
  }
  void enter(const YAML::Mark& mark, YAML::anchor_t anchor) {
    constexpr int deepest = 32;
    refuse_anchor(mark, anchor);
    if (++depth_ > deepest) fail(ExitCode::usage, "{}:{}: nested too deeply.", source_, mark.line + 1);
  }

  const std::string& source_;
  int depth_ = 0;
};

void guard(const std::string& text, const std::string& source) {
  if (!text::is_utf8(text)) fail(ExitCode::usage, "{} is not UTF-8. Convert it.", source);
  if (text.size() > longest_document)
    fail(ExitCode::usage, "{} is too large for a configuration ({} bytes).", source, text.size());
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  Guard watcher(source);
  if (!parser.HandleNextDocument(watcher)) return;
  // Not a loop: yaml-cpp makes endless empty documents of a stray comma or bracket.
  if (parser.HandleNextDocument(watcher)) {
    fail(ExitCode::usage, "{} holds at least 2 YAML documents (a stray comma counts as one). Keep one.", source);
  }
}

std::vector<std::string> split(const std::string& path) {
  std::vector<std::string> parts;
  std::istringstream stream(path);
  for (std::string part; std::getline(stream, part, '.');) parts.push_back(part);
  return parts;
}

bool is_index(const std::string& part) { return !part.empty() && part.find_first_not_of("0123456789") == part.npos; }

/// yaml-cpp nodes are handles: walking must not assign through them.
void assign(YAML::Node node, const std::vector<std::string>& parts, std::size_t at, const YAML::Node& value) {
  if (node.IsSequence() && is_index(parts[at])) {
    const std::size_t index = std::stoul(parts[at].substr(0, 9));
    if (index >= node.size()) fail(ExitCode::usage, "--set: there is no entry {} in that list.", index);
    if (at + 1 == parts.size()) {
      node[index] = value;
    } else {
      assign(node[index], parts, at + 1, value);
    }
    return;
  }
  if (node.IsScalar() || node.IsSequence()) {
    const auto until = parts.begin() + static_cast<std::ptrdiff_t>(at);
    fail(ExitCode::usage, "--set: {} is not a mapping, so it has no {}.", fmt::join(parts.begin(), until, "."),
         parts[at]);
  }
  if (at + 1 == parts.size()) {
    node[parts[at]] = value;
  } else {
    assign(node[parts[at]], parts, at + 1, value);
  }
}

/// Marks a value with everything in it.
void mark_as_override(YAML::Node value) {
  if (value.IsNull()) return;
  value.SetTag(override_tag);
  for (auto entry : value) mark_as_override(value.IsMap() ? entry.second : entry);
}

}  // namespace

YAML::Node parse_yaml(const std::string& text, const std::string& source) {
  try {
    guard(text, source);
    YAML::Node document = YAML::Load(text);
    if (document.IsNull()) fail(ExitCode::usage, "{} is empty. See docs/configuration.md.", source);
    return document;
  } catch (const YAML::Exception& error) {
    fail(ExitCode::usage, "{}:{}: not valid YAML ({}).", source, error.mark.line + 1, error.msg);
  }
}

void override_key(YAML::Node& document, const std::string& assignment) {
  if (!text::is_utf8(assignment))
    fail(ExitCode::usage, "a value of --set is not UTF-8. Check the terminal's encoding.");
  const std::size_t equals = assignment.find('=');
  const auto parts = split(assignment.substr(0, equals));
  if (equals == std::string::npos || parts.empty()) {
    fail(ExitCode::usage, "--set {} has no value (KEY=VALUE is expected).", assignment);
  }
  std::string text = assignment.substr(equals + 1);
  if (text.empty()) text = "''";
  YAML::Node value;
  try {
    guard(text, "--set " + assignment);
    value = YAML::Load(text);
  } catch (const YAML::Exception& error) {
    fail(ExitCode::usage, "--set {} is not valid YAML ({}).", assignment, error.msg);
  }
  mark_as_override(value);
  assign(document, parts, 0, value);
}

fs::path WrittenPath::resolved() const {
  const fs::path path = (folder / text).lexically_normal();
  return path.has_filename() ? path : path.parent_path();
}

YamlMap::YamlMap(YAML::Node node, std::string source, std::string path)
    : node_(std::move(node)), source_(std::move(source)), path_(std::move(path)) {
  if (!node_.IsMap()) {
    fail(ExitCode::usage, "{}:{}: {} is not a mapping (keys with values are expected).", source_, node_.Mark().line + 1,
         path_.empty() ? "the document" : path_);
  }
  std::set<std::string> seen;
  for (const auto& entry : node_) {
    if (!entry.first.IsScalar())
      fail(ExitCode::usage, "{}:{}: a key is not a plain word.", source_, entry.first.Mark().line + 1);
    if (!seen.insert(entry.first.Scalar()).second) {
      fail(ExitCode::usage, "{} is given twice. Remove one.", place(entry.first, entry.first.Scalar()));
    }
  }
}

std::string YamlMap::place(const YAML::Node& node, const std::string& key) const {
  const std::string full = path_.empty() ? key : path_ + "." + key;
  if (node.IsDefined() && node.Tag() == override_tag) return "--set " + full;
  const int line = node.IsDefined() ? node.Mark().line : node_.Mark().line;
  return fmt::format("{}:{}: {}", source_, line + 1, full);
}

YAML::Node YamlMap::find(const std::string& key) {
  known_.insert(key);
  const YAML::Node& constant = node_;  // the other operator[] would insert the key
  return constant[key];
}

bool YamlMap::has(const std::string& key) {
  const YAML::Node value = find(key);
  return value.IsDefined() && !value.IsNull();
}

bool YamlMap::is_map(const std::string& key) { return has(key) && find(key).IsMap(); }
bool YamlMap::is_sequence(const std::string& key) { return has(key) && find(key).IsSequence(); }

void YamlMap::reject(const std::string& key, const std::string& why) const {
  const YAML::Node& constant = node_;
  fail(ExitCode::usage, "{} {}{}", place(constant[key], key), why, why.ends_with('?') ? "" : ".");
}

template <typename T>
std::optional<T> YamlMap::scalar(const std::string& key, const char* what) {
  if (!has(key)) return std::nullopt;
  const YAML::Node value = find(key);
  T result{};
  if (!value.IsScalar() || !YAML::convert<T>::decode(value, result)) {
    reject(key, fmt::format("is not {}", what));
  }
  return result;
}

template <typename T>
std::optional<std::vector<T>> YamlMap::list(const std::string& key, const char* what) {
  if (!has(key)) return std::nullopt;
  const YAML::Node value = find(key);
  if (!value.IsSequence()) reject(key, fmt::format("is not a list of {}", what));
  std::vector<T> result;
  for (const YAML::Node& entry : value) {
    T element{};
    if (!entry.IsScalar() || !YAML::convert<T>::decode(entry, element))
      reject(key, fmt::format("is not a list of {}", what));
    result.push_back(std::move(element));
  }
  return result;
}

std::optional<std::string> YamlMap::text(const std::string& key) { return scalar<std::string>(key, "a text"); }

std::optional<double> YamlMap::number(const std::string& key) {
  const auto value = scalar<double>(key, "a number");
  if (value && !std::isfinite(*value)) reject(key, "is not a finite number");
  return value;
}

std::optional<std::int64_t> YamlMap::integer(const std::string& key) {
  return scalar<std::int64_t>(key, "a whole number");
}

std::optional<bool> YamlMap::flag(const std::string& key) { return scalar<bool>(key, "true or false"); }

std::optional<std::vector<std::string>> YamlMap::texts(const std::string& key) {
  return list<std::string>(key, "texts");
}

std::optional<std::vector<std::int64_t>> YamlMap::integers(const std::string& key) {
  return list<std::int64_t>(key, "whole numbers");
}

std::optional<std::vector<double>> YamlMap::numbers(const std::string& key) {
  auto values = list<double>(key, "numbers");
  const auto finite = [](double value) { return std::isfinite(value); };
  if (values && !std::ranges::all_of(*values, finite)) reject(key, "is not a list of finite numbers");
  return values;
}

WrittenPath YamlMap::written_path(const YAML::Node& value, const std::string& key, const fs::path& folder) const {
  if (!value.IsScalar()) reject(key, "is not a path");
  if (value.Scalar().empty()) reject(key, "is empty (a path is expected)");
  return {value.Tag() == override_tag ? fs::current_path() : folder, value.Scalar()};
}

std::optional<WrittenPath> YamlMap::path(const std::string& key, const fs::path& folder) {
  if (!has(key)) return std::nullopt;
  return written_path(find(key), key, folder);
}

std::optional<std::vector<WrittenPath>> YamlMap::paths(const std::string& key, const fs::path& folder) {
  if (!has(key)) return std::nullopt;
  if (!is_sequence(key)) reject(key, "is not a list of paths");
  std::vector<WrittenPath> result;
  for (const YAML::Node& entry : find(key)) result.push_back(written_path(entry, key, folder));
  return result;
}

std::optional<YamlMap> YamlMap::map(const std::string& key) {
  if (!has(key)) return std::nullopt;
  return YamlMap(find(key), source_, path_.empty() ? key : path_ + "." + key);
}

std::vector<YamlMap> YamlMap::maps(const std::string& key) {
  std::vector<YamlMap> result;
  if (!has(key)) return result;
  const YAML::Node value = find(key);
  if (!value.IsSequence()) reject(key, "is not a list");
  const std::string prefix = path_.empty() ? key : path_ + "." + key;
  for (const YAML::Node& entry : value)
    result.emplace_back(entry, source_, fmt::format("{}.{}", prefix, result.size()));
  return result;
}

std::vector<YamlMap> YamlMap::maps_or_texts(const std::string& key, const std::string& short_key) {
  if (!is_sequence(key)) reject(key, "is not a list");
  std::vector<YamlMap> result;
  const std::string prefix = path_.empty() ? key : path_ + "." + key;
  for (const YAML::Node& entry : find(key)) {
    const std::string path = fmt::format("{}.{}", prefix, result.size());
    if (!entry.IsScalar()) {
      result.emplace_back(entry, source_, path);
      continue;
    }
    YAML::Node map(YAML::NodeType::Map);  // a node of its own: assigning to a copy of `entry` would change the document
    map[short_key] = entry;
    result.emplace_back(map, source_, path);
  }
  return result;
}

std::optional<std::size_t> YamlMap::choice(const std::string& key, const std::vector<std::string>& names) {
  const auto value = text(key);
  if (!value) return std::nullopt;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == *value) return i;
  }
  reject(key,
         fmt::format("is {} (known: {}). Did you mean {}?", *value, fmt::join(names, ", "), nearest(*value, names)));
}

YamlMap YamlMap::over(const YAML::Node& defaults, const std::string& replaced) const {
  YAML::Node merged = YAML::Clone(node_);
  for (const auto& entry : defaults) {
    const std::string key = entry.first.Scalar();
    if (const YAML::Node& own = node_; key == replaced || !own[key].IsDefined()) merged[key] = entry.second;
  }
  return YamlMap(merged, source_, path_);
}

void YamlMap::finish() const {
  for (const auto& entry : node_) {
    const std::string key = entry.first.Scalar();
    if (known_.contains(key)) continue;
    const std::vector<std::string> known(known_.begin(), known_.end());
    const bool set = entry.second.IsDefined() && entry.second.Tag() == override_tag;
    fail(ExitCode::usage, "{} is not a known key. Did you mean {}?", place(set ? entry.second : entry.first, key),
         nearest(key, known));
  }
}

}  // namespace shoal::config
