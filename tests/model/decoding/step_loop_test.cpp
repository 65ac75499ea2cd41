#include "model/decoding/step_loop.hpp"

#include "support/torch_catch.hpp"
// torch_catch.hpp first: Catch2 and LibTorch both define CHECK
#include <c10/core/InferenceMode.h>

#include <map>

#include "support/temp_folder.hpp"
#include "support/tiny_model.hpp"

namespace step_loop_test {

using namespace shoal::model;
using namespace shoal::testing;

namespace {

/// What a GPU's graphs would do, seen from outside: recording does nothing, replaying does the recorded step.
class RememberedSteps : public StepGraphs {
 public:
  using Log = std::map<std::int64_t, std::pair<int, int>>;  // bucket: records, replays
  explicit RememberedSteps(Log& log) : log_(log) {}
  bool has(std::int64_t bucket) const override { return steps_.contains(bucket); }
  void record(std::int64_t bucket, const std::function<void()>& step) override {
    ++log_[bucket].first;
    steps_[bucket] = step;
  }
  void replay(std::int64_t bucket) override {
    ++log_[bucket].second;
    steps_.at(bucket)();
  }

 private:
  std::map<std::int64_t, std::function<void()>> steps_;
  Log& log_;
};

struct Fixture {
  TempFolder folder;
  LanguageModel model;
  std::vector<std::vector<TokenId>> prompts{{5, 6, 7, 8}, {5, 6, 7, 9, 11}, {12}, {5, 6}, {40, 41, 42}};

  Fixture() : model(load()) {}
  LanguageModel load() const {
    auto config = tiny_config();
    config.erase("eos_token_id");  // every answer reaches its last token
    write_model(folder.path(), config, tiny_parameters(config, 1));
    return LanguageModel::load(folder.path(), Precision::float32);
  }

  /// Prompts, then a StepLoop with these graphs. new_tokens[i] belongs to prompt i.
  std::vector<std::vector<TokenId>> run(const std::vector<int>& new_tokens, std::unique_ptr<StepGraphs> graphs) const {
    const c10::InferenceMode inference;
    std::vector<GenerationRequest> requests;
    for (std::size_t i = 0; i < prompts.size(); ++i) requests.push_back({prompts[i], new_tokens[i], {}});
    const std::vector<std::span<const TokenId>> views(prompts.begin(), prompts.end());
    const PromptTree tree(views, PrefixSharing::on);
    const ModelVariant variant(model, {});
    Decoder decoder(variant, 1000, 120, nullptr);
    const at::Tensor first = decoder(batch_of(tree)).argmax(-1);
    std::vector<Generation> results(prompts.size());
    std::vector<Sequence> active;
    for (std::size_t i = 0; i < prompts.size(); ++i) {
      Sequence sequence{&requests[i], &results[i], tree.path_of_prompt(i), 100 + 100 * static_cast<std::int64_t>(i)};
      const auto token = static_cast<TokenId>(first[static_cast<std::int64_t>(i)].item<std::int64_t>());
      if (!sequence.accept(model.config(), token)) active.push_back(sequence);
    }
    StepLoop(decoder, model.config(), {119, 999, at::kCPU}, std::move(graphs), nullptr).run(active);
    std::vector<std::vector<TokenId>> ids;
    for (const Generation& result : results) ids.push_back(result.output_ids);
    return ids;
  }
};

}  // namespace

TEST_CASE("Recorded steps give the answers of steps that are done one by one, and each bucket is recorded once") {
  const Fixture fixture;
  const std::vector<int> new_tokens{40, 90, 30, 80, 20};
  RememberedSteps::Log log;
  const auto recorded = fixture.run(new_tokens, std::make_unique<RememberedSteps>(log));
  CHECK(recorded == fixture.run(new_tokens, nullptr));
  for (std::size_t i = 0; i < new_tokens.size(); ++i)
    CHECK(recorded[i].size() == static_cast<std::size_t>(new_tokens[i]));
  // 19 steps of five rows, 20 more until two are left, 40 of two rows, 10 of the last: the first of each is not
  // recorded
  CHECK(log == RememberedSteps::Log{{8, {1, 18}}, {4, {1, 19}}, {2, {1, 39}}});
}

TEST_CASE("Steps are not recorded when few can follow") {
  const Fixture fixture;
  RememberedSteps::Log log;
  fixture.run(std::vector<int>(5, static_cast<int>(steps_worth_recording)), std::make_unique<RememberedSteps>(log));
  CHECK(log.empty());
  fixture.run(std::vector<int>(5, static_cast<int>(steps_worth_recording) + 2), std::make_unique<RememberedSteps>(log));
  CHECK(log == RememberedSteps::Log{{8, {1, static_cast<int>(steps_worth_recording)}}});
}

TEST_CASE("No sequence, no step") {
  const Fixture fixture;
  CHECK(fixture.run(std::vector<int>(5, 1), nullptr)[4].size() == 1);
}

}  // namespace step_loop_test
