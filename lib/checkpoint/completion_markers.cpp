#include "checkpoint/completion_markers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <system_error>
#include <thread>

#include "base/error.hpp"
#include "base/file.hpp"

namespace shoal::checkpoint {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

fs::path receipt_of(const fs::path& folder, int rank) { return folder / fmt::format("receipt-{:04d}.json", rank); }

}  // namespace

// Not synced: nobody reads it after a crash. Renamed: nobody reads half of it.
void CompletionMarkers::post(const fs::path& folder, int rank, std::span<const Manifest::File> files) {
  const fs::path unfinished = folder / fmt::format(".receipt-{:04d}", rank);
  append(unfinished, files_to_json(files));
  std::error_code error;
  fs::rename(unfinished, receipt_of(folder, rank), error);
  if (error) fail(ExitCode::resource, "cannot write {} ({}).", receipt_of(folder, rank).string(), error.message());
}

std::vector<Manifest::File> CompletionMarkers::collect(const fs::path& folder, int ranks) const {
  std::vector<Manifest::File> files;
  for (int rank = 1; rank < ranks; ++rank) {
    const fs::path receipt = receipt_of(folder, rank);
    std::error_code error;
    for (auto pause = 1ms; !fs::exists(receipt, error); pause = std::min(2 * pause, 100ms)) {
      if (given_up()) fail(ExitCode::resource, "rank {} has not written its part of {}.", rank, folder.string());
      std::this_thread::sleep_for(pause);
    }
    std::ranges::move(files_from_json(read_text(receipt), receipt.string()), std::back_inserter(files));
    fs::remove(receipt, error);
  }
  return files;
}

void CompletionMarkers::give_up(std::chrono::milliseconds grace) {
  last_ = (Clock::now() + grace).time_since_epoch().count();
}

}  // namespace shoal::checkpoint
