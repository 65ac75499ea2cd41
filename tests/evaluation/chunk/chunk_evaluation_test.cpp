#include "evaluation/chunk/chunk_evaluation.hpp"

#include "support/torch_catch.hpp"
// torch_catch.hpp first: Catch2 and LibTorch both define CHECK
#include <limits>
#include <numeric>
#include <set>

#include "comm/serial_communicator.hpp"
#include "inputs/inputs.hpp"
#include "support/source_folder.hpp"
#include "support/temp_folder.hpp"

namespace chunk_evaluation_test {

using namespace shoal;
using namespace shoal::evaluation;
using namespace shoal::inputs;
using shoal::testing::data_folder;
using shoal::testing::TempFolder;
namespace fs = std::filesystem;

namespace {

/// The tiny model with a task of every kind of examination, some examples of each, all in one block.
struct Fixture {
  TempFolder folder;
  std::vector<task::Task> tasks;
  comm::SerialCommunicator alone;
  text::Tokenizer tokenizer = text::Tokenizer::load(data_folder() / "tiny/model");
  model::LanguageModel base = model::LanguageModel::load(data_folder() / "tiny/model", model::Precision::float32);
  model::ModelVariant variant{base, {}};
  Workload workload;
  std::atomic<bool> cancelled{false};

  Fixture() {
    for (const auto type : {task::TaskType::multiple_choice, task::TaskType::option_likelihood, task::TaskType::abstain,
                            task::TaskType::perplexity, task::TaskType::reward}) {
      add(type);
    }
    prepare_scorers(tasks, base, 0, 1, 1);
    const std::vector<std::vector<std::size_t>> chosen(tasks.size(), {0, 1, 2, 3, 4, 5});
    workload = make_workload(tasks, task::Split::dev, chosen, tokenizer, 100, 512);
  }

  void add(task::TaskType type) {
    task::TaskConfig config;
    config.name = task::name_of(type);
    config.type = type;
    config.data =
        data_folder() / (type == task::TaskType::perplexity ? "tiny/tasks/words.json" : "tiny/tasks/letters.json");
    config.match = task::Match::reference;
    if (!task::measures_likelihood(type)) config.max_new_tokens = 12;
    config.reward = {data_folder() / "scored/reward_llama", -4.0, 4.0, task::RewardVariant::verbose, std::nullopt};
    tasks.emplace_back(config);
  }

  std::vector<ItemResult> examine(const ItemList& block, const WaveOptions& options = {},
                                  std::int64_t most_tokens = std::numeric_limits<std::int64_t>::max()) const {
    const Evaluator evaluator{alone, base, tokenizer, tasks, {}, options};
    std::atomic<std::int64_t> limit = most_tokens;
    const ExamSetup setup{evaluator, workload, limit, cancelled};
    std::vector<std::unique_ptr<ChunkEvaluation>> exams;
    exams.push_back(std::make_unique<ChunkEvaluation>(setup, variant, block));
    examine_together(setup, exams);
    CHECK(exams.front()->counts().prompt_tokens > 0);
    return std::move(exams.front()->results());
  }

  ItemList everything() const {
    ItemList block(workload.items.size());
    std::iota(block.begin(), block.end(), std::size_t{0});
    return block;
  }
};

void check_same(const ItemResult& a, const ItemResult& b) {
  CHECK(a.outcome.score == b.outcome.score);
  CHECK(a.outcome.parsed == b.outcome.parsed);
  CHECK(a.outcome.answer == b.outcome.answer);
}

}  // namespace

TEST_CASE("Every kind of task is examined, each with a score from 0 to 1 that can differ") {
  const Fixture f;
  const auto results = f.examine(f.everything());
  std::vector<std::set<double>> scores(f.tasks.size());
  for (std::size_t i = 0; i < results.size(); ++i) {
    CHECK((results[i].outcome.score >= 0.0 && results[i].outcome.score <= 1.0));
    CHECK_FALSE((results[i].outcome.target.empty() && f.workload.items[i].task != 4));
    scores[f.workload.items[i].task].insert(results[i].outcome.score);
  }
  CHECK(scores[3].size() == 6);
  CHECK(scores[4].size() == 6);
}

TEST_CASE("An example's outcome does not depend on the tasks and examples that share its block, nor on parts") {
  const Fixture f;
  const ItemList block = f.everything();
  const auto together = f.examine(block);
  for (const std::size_t item : block) {
    const auto single = f.examine({item});
    check_same(single[0], together[item]);
    CHECK(single[0].output == together[item].output);
  }
  ItemList backwards(block.rbegin(), block.rend());
  const auto reversed = f.examine(backwards);
  const auto parts = f.examine(block, {}, 1);
  for (const std::size_t item : block) {
    check_same(reversed[block.size() - 1 - item], together[item]);
    check_same(parts[item], together[item]);
  }
}

TEST_CASE("Early exit and prefix sharing change no outcome") {
  const Fixture f;
  WaveOptions slow;
  slow.early_exit = EarlyExit::off;
  slow.prefix_sharing = model::PrefixSharing::off;
  const auto quick = f.examine(f.everything());
  const auto complete = f.examine(f.everything(), slow);
  for (std::size_t i = 0; i < quick.size(); ++i) check_same(quick[i], complete[i]);
}

TEST_CASE("Only an abstainer that has chosen an option is questioned") {
  const Fixture f;
  const auto results = f.examine(f.everything());
  std::size_t abstainers = 0;
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (f.workload.items[i].task != 2) continue;
    ++abstainers;
    CHECK(results[i].outcome.details.empty() == !results[i].outcome.answer.has_value());
  }
  CHECK(abstainers == 6);
}

TEST_CASE("An examination stops when it is cancelled") {
  Fixture f;
  f.cancelled = true;
  CHECK_THROWS_AS(f.examine(f.everything()), model::Cancelled);
}

}  // namespace chunk_evaluation_test
