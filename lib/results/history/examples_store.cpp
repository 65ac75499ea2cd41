#include "results/history/examples_store.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "checkpoint/hdf5/image.hpp"

namespace shoal::results {

void ExamplesStore::add(int iteration, int particle, std::span<const double> scores) {
  expect(width_ == 0 || scores.size() == width_, "{} scores where others have {}.", scores.size(), width_);
  width_ = scores.size();
  iterations_.push_back(iteration);
  particles_.push_back(particle);
  for (const double score : scores) scores_.push_back(static_cast<float>(score));
}

std::string ExamplesStore::image() const {
  checkpoint::Hdf5Writer writer;
  writer.integers("iteration", iterations_, {rows()});
  writer.integers("particle", particles_, {rows()});
  writer.floats("scores", scores_, {rows(), width_});
  return writer.finish();
}

void ExamplesStore::save(const std::string& image) const { write_atomically(path_, image); }

bool ExamplesStore::load(int iteration) {
  *this = ExamplesStore(path_);
  if (!std::filesystem::exists(path_)) return true;
  try {
    const checkpoint::Hdf5Reader reader(read_text(path_), path_.string());
    const auto iterations = reader.integers("iteration");
    const auto particles = reader.integers("particle");
    const auto scores = reader.floats("scores");
    const std::size_t width = iterations.empty() ? 0 : scores.size() / iterations.size();
    for (std::size_t row = 0; row < iterations.size() && iterations[row] <= iteration; ++row) {
      const auto begin = scores.begin() + static_cast<std::ptrdiff_t>(row * width);
      const std::vector<double> values(begin, begin + static_cast<std::ptrdiff_t>(width));
      add(static_cast<int>(iterations[row]), static_cast<int>(particles.at(row)), values);
    }
    return true;
  } catch (const std::exception&) {
    *this = ExamplesStore(path_);
    return false;
  }
}

}  // namespace shoal::results
