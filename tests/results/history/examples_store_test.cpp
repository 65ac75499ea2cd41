#include "results/history/examples_store.hpp"

#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "base/file.hpp"
#include "checkpoint/hdf5/image.hpp"
#include "support/error_of.hpp"
#include "support/temp_folder.hpp"

namespace examples_store_test {

using namespace shoal;
using shoal::testing::error_of;
using shoal::testing::TempFolder;

namespace {

constexpr double third = 1.0 / 3.0;

/// A saved file with two evaluations in each of the iterations 0, 1 and 2.
void save_example(const std::filesystem::path& path) {
  results::ExamplesStore store(path);
  for (int iteration = 0; iteration < 3; ++iteration) {
    store.add(iteration, 0, std::vector<double>{0.0, 1.0, third});
    store.add(iteration, 4, std::vector<double>{1.0, 1.0, 0.5});
  }
  store.save();
}

/// Rows that a run resumed after `iteration` begins with.
std::size_t rows_after(const std::filesystem::path& path, int iteration) {
  results::ExamplesStore store(path);
  store.load(iteration);
  return store.rows();
}

}  // namespace

TEST_CASE("a saved file holds a row per evaluation in the order they came") {
  const TempFolder folder;
  save_example(folder / "examples.h5");
  const checkpoint::Hdf5Reader reader(read_text(folder / "examples.h5"), "examples.h5");
  CHECK(reader.integers("iteration") == std::vector<std::int64_t>{0, 0, 1, 1, 2, 2});
  CHECK(reader.integers("particle") == std::vector<std::int64_t>{0, 4, 0, 4, 0, 4});
  CHECK(reader.shape("scores") == std::vector<std::uint64_t>{6, 3});
  CHECK(reader.floats("scores").at(2) == static_cast<float>(third));
  CHECK(reader.floats("scores").at(17) == 0.5F);
}

TEST_CASE("a resumed run takes over what was there up to its checkpoint") {
  const TempFolder folder;
  save_example(folder / "examples.h5");
  CHECK(rows_after(folder / "examples.h5", 0) == 2);
  CHECK(rows_after(folder / "examples.h5", 1) == 4);
  CHECK(rows_after(folder / "examples.h5", 9) == 6);
}

TEST_CASE("an interrupted run writes the same file in the end as one that was not") {
  const TempFolder folder;
  save_example(folder / "examples.h5");
  const std::string whole = read_text(folder / "examples.h5");
  results::ExamplesStore resumed(folder / "examples.h5");
  resumed.load(1);
  resumed.add(2, 0, std::vector<double>{0.0, 1.0, third});
  resumed.add(2, 4, std::vector<double>{1.0, 1.0, 0.5});
  resumed.save();
  CHECK(read_text(folder / "examples.h5") == whole);
}

TEST_CASE("a missing, damaged or foreign file counts as empty") {
  const TempFolder folder;
  CHECK(rows_after(folder / "missing.h5", 5) == 0);
  write_durably(folder / "damaged.h5", "not HDF5");
  CHECK(rows_after(folder / "damaged.h5", 5) == 0);
  checkpoint::Hdf5Writer foreign;
  foreign.integers("iteration", std::vector<std::int64_t>{0, 0}, {2});
  foreign.integers("particle", std::vector<std::int64_t>{0}, {1});
  foreign.floats("scores", std::vector<float>{0.0F, 1.0F}, {2, 1});
  write_durably(folder / "foreign.h5", foreign.finish());
  CHECK(rows_after(folder / "foreign.h5", 5) == 0);
}

TEST_CASE("a damaged file is told apart from a missing one, and what was added before is dropped") {
  const TempFolder folder;
  results::ExamplesStore store(folder / "e.h5");
  store.add(0, 0, std::vector<double>{1.0});
  CHECK(store.load(5));
  CHECK(store.rows() == 0);
  write_durably(folder / "e.h5", "not HDF5");
  CHECK_FALSE(store.load(5));
}

TEST_CASE("an empty store is a readable file and can be added to after loading") {
  const TempFolder folder;
  results::ExamplesStore(folder / "e.h5").save();
  results::ExamplesStore store(folder / "e.h5");
  store.load(5);
  store.add(0, 0, std::vector<double>{1.0});
  CHECK(store.rows() == 1);
}

TEST_CASE("evaluations over different numbers of examples are a defect") {
  results::ExamplesStore store("unused.h5");
  store.add(0, 0, std::vector<double>{1.0, 0.0});
  CHECK(error_of([&] { store.add(0, 1, std::vector<double>{1.0}); }).substr(0, 2) == "1:");
}

TEST_CASE("examples in a folder that is not there are a resource error") {
  const TempFolder folder;
  CHECK(error_of([&] { results::ExamplesStore(folder / "no/e.h5").save(); }).substr(0, 2) == "4:");
}

}  // namespace examples_store_test
