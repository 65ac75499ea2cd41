#include "checkpoint/best_position_files.hpp"

#include <algorithm>

#include "base/file.hpp"

namespace shoal::checkpoint {

using swarm::DenseSwarm;
using swarm::Origin;

std::vector<DenseSwarm::Reached> BestPositionFiles::take_over(std::vector<DenseSwarm::Reached> needed,
                                                              const std::filesystem::path& next) {
  linked_.clear();
  for (const Entry& entry : entries_) {
    const auto held = [&](const DenseSwarm::Reached& one) {
      return std::ranges::find(entry.origins, one.origin) != entry.origins.end();
    };
    if (entry.checkpoints >= keep_ - 1 || std::ranges::none_of(needed, held)) continue;
    if (!link_file(newest_ / entry.file.name, next / entry.file.name)) continue;
    linked_.push_back({entry.file, entry.origins, entry.checkpoints + 1});
    std::erase_if(needed, held);
  }
  fresh_.clear();
  for (const DenseSwarm::Reached& one : needed) fresh_.push_back(one.origin);
  return needed;
}

std::vector<Manifest::File> BestPositionFiles::linked() const {
  std::vector<Manifest::File> files;
  for (const Entry& entry : linked_) files.push_back(entry.file);
  return files;
}

void BestPositionFiles::published(const std::filesystem::path& folder, std::span<const Manifest::File> files) {
  newest_ = folder;
  entries_ = linked_;
  for (const Manifest::File& file : files) {
    const auto known = [&](const Entry& entry) { return entry.file.name == file.name; };
    if (file.kind == "reached" && std::ranges::none_of(linked_, known)) entries_.push_back({file, fresh_});
  }
}

}  // namespace shoal::checkpoint
