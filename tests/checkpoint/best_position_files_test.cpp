#include "checkpoint/best_position_files.hpp"

#include <catch2/catch.hpp>

#include "base/file.hpp"
#include "support/temp_folder.hpp"

namespace best_position_files_test {

using namespace shoal;
using swarm::Origin;
using Reached = swarm::DenseSwarm::Reached;

namespace {

namespace fs = std::filesystem;

/// One checkpoint after the other, of a rank whose reached positions the test names.
class Checkpoints {
 public:
  explicit Checkpoints(int keep) : files_(keep) {}

  /// Returns what had to be written for a checkpoint that needs these positions.
  std::vector<Origin> write(std::vector<Origin> needed) {
    std::vector<Reached> reached;
    for (const Origin& origin : needed) reached.push_back({origin, {}});
    const fs::path folder = run_.path() / std::to_string(++count_);
    fs::create_directory(folder);
    std::vector<Origin> written;
    for (const Reached& one : files_.take_over(reached, folder)) written.push_back(one.origin);
    const std::string name = std::to_string(count_) + ".h5";
    std::vector<checkpoint::Manifest::File> added{{"rank.h5", 0, "", "dense", 0}};
    if (!written.empty()) {
      write_durably(folder / name, name);
      added.push_back({name, name.size(), "", "reached", 0});
    }
    files_.published(folder, added);
    return written;
  }

  std::vector<std::string> linked() const {
    std::vector<std::string> names;
    for (const auto& file : files_.linked()) names.push_back(file.name);
    return names;
  }

  fs::path newest() const { return run_.path() / std::to_string(count_); }

  /// As on a file system without hard links.
  void lose_newest() { fs::remove_all(newest()); }

 private:
  testing::TempFolder run_;
  checkpoint::BestPositionFiles files_;
  int count_ = 0;
};

using Origins = std::vector<Origin>;

}  // namespace

TEST_CASE("what has not changed since the checkpoint before is linked and not written again") {
  Checkpoints checkpoints(5);
  CHECK(checkpoints.write({{0, 0}, {1, 0}}) == Origins{{0, 0}, {1, 0}});
  CHECK(checkpoints.write({{0, 0}, {1, 1}}) == Origins{{1, 1}});
  CHECK(checkpoints.linked() == std::vector<std::string>{"1.h5"});
  CHECK(checkpoints.write({{0, 0}, {1, 1}}).empty());
  CHECK(checkpoints.linked() == std::vector<std::string>{"1.h5", "2.h5"});
  CHECK(read_text(checkpoints.newest() / "1.h5") == "1.h5");
  CHECK(fs::hard_link_count(checkpoints.newest() / "1.h5") == 3);
}

TEST_CASE("a file of which nothing is needed any more is left behind") {
  Checkpoints checkpoints(5);
  checkpoints.write({{0, 0}});
  CHECK(checkpoints.write({{0, 1}}) == Origins{{0, 1}});
  CHECK(checkpoints.linked().empty());
}

TEST_CASE("no file belongs to all the checkpoints that are kept") {
  for (const int keep : {2, 3, 4}) {
    CAPTURE(keep);
    Checkpoints checkpoints(keep);
    for (int k = 0; k < 12; ++k) {
      const bool due = k % (keep - 1) == 0;
      CHECK(checkpoints.write({{0, 0}}) == (due ? Origins{{0, 0}} : Origins{}));
    }
  }
}

TEST_CASE("where files cannot be linked they are written again") {
  Checkpoints checkpoints(5);
  checkpoints.write({{0, 0}});
  checkpoints.lose_newest();
  CHECK(checkpoints.write({{0, 0}, {0, 1}}) == Origins{{0, 0}, {0, 1}});
}

}  // namespace best_position_files_test
