#include "baselines/score_journal.hpp"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/file.hpp"
#include "base/json_text.hpp"
#include "comm/agree.hpp"

namespace shoal::baselines {
namespace {

using Json = nlohmann::ordered_json;

/// What is not a number comes back as the one that it was written for.
std::vector<double> utilities_of(const Json& json) {
  std::vector<double> utilities;
  for (const Json& value : json) {
    utilities.push_back(value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>());
  }
  return utilities;
}

}  // namespace

ScoreJournal::ScoreJournal(const comm::Communicator& comm, std::filesystem::path file, std::string key)
    : comm_(comm), file_(std::move(file)), key_(std::move(key)) {
  std::string text;
  comm::agree(comm_, [&] {
    if (comm_.rank() == 0 && std::filesystem::exists(file_)) text = read_text(file_);
  });
  read(comm_.broadcast(text));
}

// A file that was damaged, or belongs to another search, is worth nothing and stops nobody.
void ScoreJournal::read(const std::string& text) {
  std::istringstream lines(text);
  std::string line;
  try {
    if (!std::getline(lines, line) || Json::parse(line).at("key") != key_) return;
    while (std::getline(lines, line)) {
      const Json json = Json::parse(line);
      entries_.push_back(
          {json.at("positions").get<std::vector<swarm::Coordinates>>(), utilities_of(json.at("utilities"))});
    }
  } catch (const nlohmann::json::exception&) {
    return;
  }
}

std::optional<std::vector<double>> ScoreJournal::ask(std::span<const swarm::Coordinates> positions,
                                                     const PositionScorer& score) {
  if (next_ < entries_.size() && std::ranges::equal(entries_[next_].positions, positions)) {
    return entries_[next_++].utilities;
  }
  auto utilities = score(positions);
  if (!utilities) return std::nullopt;
  entries_.resize(next_);
  entries_.push_back({{positions.begin(), positions.end()}, *utilities});
  ++next_;
  comm::agree(comm_, [this] {
    if (comm_.rank() == 0) write();
  });
  return utilities;
}

void ScoreJournal::write() const {
  std::string text = json_text(Json{{"key", key_}}) + "\n";
  for (const Entry& entry : entries_) {
    text += json_text(Json{{"positions", entry.positions}, {"utilities", entry.utilities}}) + "\n";
  }
  make_folders(file_.parent_path());
  write_atomically(file_, text);
}

}  // namespace shoal::baselines
