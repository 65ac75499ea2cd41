#include "model/decoding/batch_parts.hpp"

#include "support/torch_catch.hpp"
// torch_catch.hpp first: Catch2 and LibTorch both define CHECK
#include <limits>
#include <new>

#include "base/error.hpp"
#include "support/error_of.hpp"
#include "support/temp_folder.hpp"
#include "support/tiny_model.hpp"

namespace batch_parts_test {

using Catch::Matchers::Contains;
using namespace shoal::model;
using namespace shoal::testing;

namespace {

constexpr std::int64_t unlimited = std::numeric_limits<std::int64_t>::max();

/// Six prompts of which neighbours share beginnings.
struct Fixture {
  std::vector<std::vector<TokenId>> prompts{{5, 6, 7, 8}, {5, 6, 7, 9}, {5, 6, 3}, {40, 41}, {40, 41, 42}, {11}};
  std::vector<GenerationRequest> requests;
  std::vector<std::size_t> sizes;  // of the parts that were tried

  Fixture() {
    for (const auto& prompt : prompts) requests.push_back({prompt, 2, {}});
  }

  /// Answers every prompt with its length; `memory` is how many requests at once are not too many.
  GenerateTogether pretend(std::size_t memory) {
    return [this, memory](std::span<const GenerationGroup> groups) {
      std::size_t size = 0;
      for (const auto& group : groups) size += group.requests.size();
      sizes.push_back(size);
      if (size > memory) throw c10::OutOfMemoryError({__func__, __FILE__, __LINE__}, "CUDA out of memory");
      std::vector<GenerationResult> results;
      for (const auto& group : groups) results.push_back(answer(group.requests));
      return results;
    };
  }

  static GenerationResult answer(std::span<const GenerationRequest> requests) {
    GenerationResult result;
    for (const auto& request : requests) {
      result.generations.push_back({{static_cast<TokenId>(request.prompt.size())}, false});
      result.counts.prompt_tokens += static_cast<std::int64_t>(request.prompt.size());
      result.counts.output_tokens += 1;
    }
    return result;
  }

  /// All requests as one group; the variant is not looked at.
  std::vector<GenerationGroup> one_group() const { return {{nullptr, requests}}; }

  std::vector<TokenId> answers(std::int64_t& most_tokens, std::size_t memory) {
    std::atomic<std::int64_t> limit = most_tokens;
    const GenerationResult result = generate_in_parts(one_group(), limit, pretend(memory)).at(0);
    most_tokens = limit;
    CHECK(result.counts.prompt_tokens == 17);
    CHECK(result.counts.output_tokens == 6);
    std::vector<TokenId> lengths;
    for (const auto& generation : result.generations) lengths.push_back(generation.output_ids.at(0));
    return lengths;
  }
};

const std::vector<TokenId> expected{4, 4, 3, 2, 3, 1};

}  // namespace

TEST_CASE("A request adds what it does not share with the one before, and its new tokens") {
  const Fixture f;
  CHECK(added_tokens(nullptr, f.requests[1]) == 6);
  CHECK(added_tokens(&f.requests[0], f.requests[1]) == 3);
  CHECK(added_tokens(&f.requests[1], f.requests[2]) == 3);
  CHECK(added_tokens(&f.requests[2], f.requests[3]) == 4);
  CHECK(added_tokens(&f.requests[3], f.requests[4]) == 3);
  CHECK(added_tokens(&f.requests[4], f.requests[3]) == 2);
}

TEST_CASE("Without a limit everything is one part; with one, parts have as many requests as fit, at least one") {
  std::int64_t limit = unlimited;
  Fixture whole;
  CHECK(whole.answers(limit, 6) == expected);
  CHECK(whole.sizes == std::vector<std::size_t>{6});
  limit = 12;  // 6 + 3 + 3, 4 + 3 + 3
  Fixture parts;
  CHECK(parts.answers(limit, 6) == expected);
  CHECK(parts.sizes == std::vector<std::size_t>{3, 3});
  limit = 1;
  Fixture single;
  CHECK(single.answers(limit, 6) == expected);
  CHECK(single.sizes == std::vector<std::size_t>(6, 1));
}

TEST_CASE("Parts go across groups, and every group gets its own answers") {
  Fixture f;
  const std::span all(f.requests);
  const std::vector<GenerationGroup> groups{
      {nullptr, all.first(2)}, {nullptr, {}}, {nullptr, all.subspan(2, 3)}, {nullptr, all.last(1)}};
  for (const std::int64_t most : {unlimited, std::int64_t{14}, std::int64_t{1}}) {
    std::atomic<std::int64_t> limit = most;
    const auto results = generate_in_parts(groups, limit, f.pretend(6));
    REQUIRE(results.size() == 4);
    std::vector<TokenId> lengths;
    for (std::size_t g = 0; g < groups.size(); ++g) {
      CHECK(results[g].generations.size() == groups[g].requests.size());
      for (const auto& generation : results[g].generations) lengths.push_back(generation.output_ids.at(0));
    }
    CHECK(lengths == expected);
  }
  CHECK(f.sizes == std::vector<std::size_t>{6, 3, 3, 1, 1, 1, 1, 1, 1});  // 6 + 3 + 5, then 4 + 3 + 3
}

TEST_CASE("A part that memory does not suffice for is halved, later parts are small at once, and nothing is lost") {
  std::int64_t limit = unlimited;
  Fixture f;
  CHECK(f.answers(limit, 3) == expected);
  CHECK(f.sizes == std::vector<std::size_t>{6, 2, 2, 2});  // 22 tokens together, so 11 at once
  CHECK(limit == 11);
}

TEST_CASE("A single request that memory does not suffice for ends in exit code 4 with its lengths") {
  Fixture f;
  std::atomic<std::int64_t> limit = unlimited;
  const std::string error = error_of([&] { generate_in_parts(f.one_group(), limit, f.pretend(0)); });
  CHECK_THAT(error, Contains("4: ") && Contains("4 tokens") && Contains("2 new"));
}

TEST_CASE("Every way of running out of memory counts, and nothing else does") {
  Fixture f;
  const auto parts_after = [&](const std::function<void()>& fail_once) {
    std::atomic<std::int64_t> limit = unlimited;
    bool failed = false;
    f.sizes.clear();
    const auto pretend = f.pretend(6);
    generate_in_parts(f.one_group(), limit, [&](std::span<const GenerationGroup> part) {
      if (!std::exchange(failed, true)) fail_once();
      return pretend(part);
    });
    return f.sizes.size();
  };
  CHECK(parts_after([] { throw std::bad_alloc(); }) > 1);
  CHECK(parts_after([] { at::empty({std::int64_t{1} << 60}, at::kByte); }) > 1);
  CHECK_THROWS_AS(parts_after([] { throw Cancelled{}; }), Cancelled);
  CHECK_THROWS_AS(parts_after([] { shoal::fail(shoal::ExitCode::input, "wrong"); }), shoal::Error);
  CHECK_THROWS_AS(parts_after([] { at::empty({2}).view({3}); }), c10::Error);
}

TEST_CASE("The parts change no answer of a model") {
  const TempFolder folder;
  write_model(folder.path(), tiny_config(), tiny_parameters(tiny_config(), 1));
  for (const auto precision : {Precision::float32, Precision::bfloat16}) {
    const ModelVariant variant(LanguageModel::load(folder.path(), precision), {});
    Fixture f;
    for (auto& request : f.requests) request.max_new_tokens = 9;
    const auto whole = generate(variant, f.requests, {});
    for (const std::int64_t tokens : {1, 25, 40}) {
      std::atomic<std::int64_t> limit = tokens;
      const GenerationGroup group{&variant, f.requests};
      const auto parts =
          generate_in_parts({&group, 1}, limit, [](const auto part) { return generate_together(part, {}); }).at(0);
      CHECK(parts.counts.output_tokens == whole.counts.output_tokens);
      for (std::size_t i = 0; i < f.requests.size(); ++i)
        CHECK(parts.generations[i].output_ids == whole.generations[i].output_ids);
    }
  }
}

}  // namespace batch_parts_test
