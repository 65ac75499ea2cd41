#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

namespace shoal::results {

/// examples.h5: the per-example scores of every evaluation of a search, for paired tests and the report. Datasets:
/// iteration [R], particle [R], scores [R, examples] (float32), one row per evaluation.
/// The file is replaced as a whole at each save, so that it is always readable.
class ExamplesStore {
 public:
  explicit ExamplesStore(std::filesystem::path path) : path_(std::move(path)) {}

  void add(int iteration, int particle, std::span<const double> scores);

  /// The bytes of the file with what was added so far.
  std::string image() const;

  /// Replaces the file by an image. Callable while others add. Throws Error{resource}.
  void save(const std::string& image) const;
  void save() const { save(image()); }

  /// Takes over what the file holds up to `iteration` (a resumed run) in place of what was added before. A missing
  /// or damaged file counts as empty; false when it was damaged, so that its rows are lost.
  bool load(int iteration);

  std::size_t rows() const { return iterations_.size(); }

  /// One evaluation: when it was, whose, and its scores (NaN where pruning left an example out).
  int iteration(std::size_t row) const { return static_cast<int>(iterations_[row]); }
  int particle(std::size_t row) const { return static_cast<int>(particles_[row]); }
  std::span<const float> scores(std::size_t row) const { return std::span(scores_).subspan(row * width_, width_); }

 private:
  std::filesystem::path path_;
  std::vector<std::int64_t> iterations_;
  std::vector<std::int64_t> particles_;
  std::vector<float> scores_;
  std::size_t width_ = 0;
};

}  // namespace shoal::results
