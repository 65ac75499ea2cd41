#include "evaluation/workload.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "support/error_of.hpp"
#include "support/temp_folder.hpp"
#include "support/tiny_tokenizer.hpp"

namespace workload_test {

using namespace shoal;
using namespace shoal::evaluation;
using Catch::Matchers::Contains;
using Json = nlohmann::json;

namespace {

/// Two exact-match tasks with the given questions as their dev splits; the prompt is the question.
class Fixture {
 public:
  Fixture(const std::vector<std::string>& first, const std::vector<std::string>& second) {
    write_durably(folder_ / "tokenizer.json", testing::tiny_tokenizer().dump());
    write_durably(folder_ / "config.json", R"({"eos_token_id": 301})");
    add("first", first);
    add("second", second);
  }

  /// One task of another type with these items.
  Fixture(task::TaskType type, const Json& items) : Fixture({"a"}, {"b"}) {
    tasks_.clear();
    task::TaskConfig config;
    config.name = "only";
    config.type = type;
    config.data = folder_ / "only.json";
    write_durably(config.data, Json{{"dev", items}}.dump());
    tasks_.emplace_back(config);
  }

  Workload make(std::size_t block_size, std::size_t context = 1000) const {
    return make_workload(tasks_, task::Split::dev, all_examples(tasks_, task::Split::dev),
                         text::Tokenizer::load(folder_.path()), block_size, context);
  }

 private:
  void add(const std::string& name, const std::vector<std::string>& questions) {
    Json items = Json::array();
    for (const std::string& question : questions) items.push_back({{"question", question}, {"answer", "x"}});
    write_durably(folder_ / (name + ".json"), Json{{"dev", items}, {"test", items}}.dump());
    task::TaskConfig config;
    config.name = name;
    config.type = task::TaskType::exact_match;
    config.data = folder_ / (name + ".json");
    tasks_.emplace_back(config);
  }

  testing::TempFolder folder_;
  std::vector<task::Task> tasks_;
};

const std::vector<std::string> mixed{"zebra one", "apple one", "zebra two", "apple two", "zebra three", "apple three"};

}  // namespace

TEST_CASE("items stand task after task in the order of the data, with their prompts") {
  const Workload workload = Fixture(mixed, {"a", "b"}).make(4);
  REQUIRE(workload.items.size() == 8);
  for (std::size_t i = 0; i < 6; ++i) {
    CHECK(workload.items[i].task == 0);
    CHECK(workload.items[i].example == i);
  }
  CHECK(workload.items[6].task == 1);
  CHECK(workload.items[7].example == 1);
  CHECK_FALSE(workload.items[7].prompt.empty());
}

TEST_CASE("blocks hold every item once, are no longer than asked for, and keep tasks apart") {
  const Workload workload = Fixture(mixed, {"a", "b"}).make(4);
  ItemList seen;
  for (const ItemList& block : workload.blocks) {
    CHECK(block.size() <= 4);
    for (const std::size_t item : block) CHECK(workload.items[item].task == workload.items[block.front()].task);
    seen.insert(seen.end(), block.begin(), block.end());
  }
  CHECK(std::ranges::is_permutation(seen, ItemList{0, 1, 2, 3, 4, 5, 6, 7}));
}

TEST_CASE("prompts that begin alike share a block") {
  const Workload workload = Fixture(mixed, {"a"}).make(3);
  CHECK(std::ranges::is_permutation(workload.blocks[0], ItemList{1, 3, 5}));
  CHECK(std::ranges::is_permutation(workload.blocks[1], ItemList{0, 2, 4}));
}

TEST_CASE("a prompt that does not fit into the context is an input error that names task, item and lengths") {
  const auto error = testing::error_of([] { Fixture({"short", std::string(90, 'q')}, {"a"}).make(4, 60); });
  CHECK_THAT(error, Contains("3: ") && Contains("item 1 of task first") && Contains("60 allowed"));
}

TEST_CASE("an item whose options are measured has them behind its prompt") {
  const Json items{{{"question", "q"}, {"choices", {{"A", "the"}, {"B", "the abc"}}}, {"answer", "B"}}};
  const Fixture fixture(task::TaskType::option_likelihood, items);
  const WorkItem item = fixture.make(4).items.at(0);
  CHECK(item.continuations == std::vector<TokenIds>{{258}, {258, ' ', 261}});
  const auto sequences = sequences_of(item);
  REQUIRE(sequences.size() == 2);
  CHECK(sequences[0] == item.prompt);
  CHECK(sequences[1].size() == item.prompt.size() + 2);
  CHECK(tokens_of(item) == static_cast<std::int64_t>(2 * item.prompt.size() + 2));
  const std::size_t longest = item.prompt.size() + 2;
  CHECK(fixture.make(4, longest).items.size() == 1);
  CHECK_THAT(testing::error_of([&] { fixture.make(4, longest - 1); }),
             Contains("3: ") && Contains("item 0 of task only"));
}

TEST_CASE("a text that stands alone is measured behind its own first token, and must have another") {
  const Fixture alone(task::TaskType::perplexity, Json{{{"answer", "the abc"}}});
  const WorkItem item = alone.make(4).items.at(0);
  CHECK(item.prompt == TokenIds{257});
  CHECK(item.continuations == std::vector<TokenIds>{{' ', 261}});
  const Fixture single(task::TaskType::perplexity, Json{{{"answer", "the"}}});
  CHECK_THAT(testing::error_of([&] { single.make(4); }), Contains("3: ") && Contains("without tokens to predict"));
}

TEST_CASE("an item with a second question holds it for every option, and all of them must fit") {
  const Json items{{{"question", "q"}, {"choices", {{"A", "x"}, {"B", std::string(40, 'y')}}}, {"answer", "B"}}};
  const Fixture fixture(task::TaskType::abstain, items);
  const WorkItem item = fixture.make(4).items.at(0);
  REQUIRE(item.checks.size() == 2);
  CHECK(item.continuations.empty());
  CHECK(std::equal(item.prompt.begin(), item.prompt.end(), item.checks[1].begin()));
  CHECK(tokens_of(item) == static_cast<std::int64_t>(item.prompt.size() + item.checks[0].size()));
  CHECK_THAT(testing::error_of([&] { fixture.make(4, item.checks[1].size() + 9); }), Contains("item 0 of task only"));
  CHECK(fixture.make(4, item.checks[1].size() + 10).items.size() == 1);
}

}  // namespace workload_test
