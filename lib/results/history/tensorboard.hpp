#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace shoal::results {

/// A TensorBoard event file (events.out.tfevents.*): scalars over iterations. Each part of a resumed search has its
/// own.
class TensorBoardLog {
 public:
  /// Creates the file in `folder`. Throws Error{resource}.
  explicit TensorBoardLog(const std::filesystem::path& folder);

  struct Scalar {
    std::string tag;
    double value;
  };
  /// Throws Error{resource}.
  void add(int step, const std::vector<Scalar>& scalars) const;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace shoal::results
