#include "checkpoint/rank_checkpoint.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace shoal::checkpoint {

void RankCheckpoint::lay_out(const std::filesystem::path& next, const swarm::SwarmState& state,
                             const swarm::DenseSwarm& dense) {
  next_ = next;
  const auto unwritten = reached_.take_over(dense.reached(state), next);
  image_ = std::make_unique<DenseImage>(rank_, state.iteration, dense, unwritten);
}

std::vector<Manifest::File> RankCheckpoint::write() {
  written_ = image_->write(next_);
  std::vector<Manifest::File> files = written_;
  std::ranges::move(reached_.linked(), std::back_inserter(files));
  if (rank_ != 0) {
    CompletionMarkers::post(next_, rank_, files);
  } else {
    std::ranges::move(receipts_.collect(next_, ranks_), std::back_inserter(files));
  }
  return files;
}

void RankCheckpoint::published(const std::filesystem::path& folder) {
  reached_.published(folder, written_);
  image_.reset();
}

std::uint64_t RankCheckpoint::bytes() const {
  std::uint64_t bytes = 0;
  for (const Manifest::File& file : written_) bytes += file.bytes;
  return bytes;
}

}  // namespace shoal::checkpoint
