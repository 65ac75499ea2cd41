#include "model/decoding/decoder.hpp"

#include "support/torch_catch.hpp"
// torch_catch.hpp first: Catch2 and LibTorch both define CHECK
#include <thread>

#include "model/threads.hpp"
#include "support/temp_folder.hpp"
#include "support/tiny_model.hpp"

namespace decoder_test {

using namespace shoal::model;
using namespace shoal::testing;

namespace {

std::vector<std::vector<TokenId>> some_prompts() {
  std::vector<std::vector<TokenId>> prompts;
  for (TokenId i = 0; i < 13; ++i) {
    prompts.emplace_back(static_cast<std::size_t>(4 + 3 * i), static_cast<TokenId>(20 + i % 3));
    prompts.back().back() = 3 + i;
  }
  return prompts;
}

// Everything that a block computes: the logits of its prompts and of one more step.
std::vector<at::Tensor> compute(const ModelVariant& variant) {
  use_one_kernel_thread();
  const auto prompts = some_prompts();
  const std::vector<std::span<const TokenId>> views(prompts.begin(), prompts.end());
  const PromptTree tree(views, PrefixSharing::on);
  Decoder decoder(variant, tree.rows() + 1, 100, nullptr);
  std::vector<at::Tensor> results{decoder(batch_of(tree))};
  TokenBatch step;
  auto keys = tree.path_of_prompt(5);
  keys.push_back({tree.rows(), 1});
  step.add_step(9, static_cast<std::int64_t>(prompts[5].size()), tree.rows(), keys);
  results.push_back(decoder(step));
  return results;
}

bool same_bits(const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b) {
  return a[0].equal(b[0]) && a[1].equal(b[1]);
}

void check_bits(Precision precision) {
  const TempFolder folder;
  write_model(folder.path(), tiny_config(), tiny_parameters(tiny_config(), 1));
  const auto base = LanguageModel::load(folder.path(), precision);
  const ModelVariant plain(base, {});
  const ModelVariant adapted(
      base, {{{"model.layers.1.self_attn.v_proj", {random_tensor({4, 40}, 5), random_tensor({32, 4}, 6), 2.0}}}, {}});
  const auto plain_alone = compute(plain);
  const auto adapted_alone = compute(adapted);
  REQUIRE_FALSE(plain_alone[0].equal(adapted_alone[0]));
  constexpr int threads = 4;
  std::vector<std::vector<at::Tensor>> results(threads * 10);
  std::vector<std::thread> workers;
  for (int t = 0; t < threads; ++t) {
    workers.emplace_back([&, t] {
      for (int i = 0; i < 10; ++i) {
        results[static_cast<std::size_t>(t * 10 + i)] = compute(i % 2 == t % 2 ? plain : adapted);
      }
    });
  }
  for (auto& member : workers) member.join();
  for (int t = 0; t < threads; ++t) {
    for (int i = 0; i < 10; ++i) {
      const auto& expected = i % 2 == t % 2 ? plain_alone : adapted_alone;
      CHECK(same_bits(results[static_cast<std::size_t>(t * 10 + i)], expected));
    }
  }
}

}  // namespace

TEST_CASE("The same block gives the same bits alone and beside other threads, in float32") {
  check_bits(Precision::float32);
}

TEST_CASE("The same block gives the same bits alone and beside other threads, in bfloat16") {
  check_bits(Precision::bfloat16);
}

namespace {

/// Logits of a prompt's end and of one step behind it, computed in the company of other prompts.
std::vector<at::Tensor> in_company(const ModelVariant& variant, const std::vector<std::span<const TokenId>>& prompts,
                                   std::size_t which, PrefixSharing sharing) {
  const PromptTree tree(prompts, sharing);
  const auto count = static_cast<std::int64_t>(prompts.size());
  Decoder decoder(variant, tree.rows() + count, 100, nullptr);
  std::vector<at::Tensor> results{decoder(batch_of(tree))[static_cast<std::int64_t>(which)]};
  TokenBatch step;
  for (std::int64_t i = 0; i < count; ++i) {
    auto keys = tree.path_of_prompt(static_cast<std::size_t>(i));
    keys.push_back({tree.rows() + i, 1});
    step.add_step(9, static_cast<std::int64_t>(prompts[static_cast<std::size_t>(i)].size()), tree.rows() + i, keys);
  }
  results.push_back(decoder(step)[static_cast<std::int64_t>(which)]);
  return results;
}

void check_company(Precision precision) {
  const TempFolder folder;
  write_model(folder.path(), tiny_config(), tiny_parameters(tiny_config(), 1));
  const auto base = LanguageModel::load(folder.path(), precision);
  const ModelVariant variant(
      base, {{{"model.layers.1.self_attn.v_proj", {random_tensor({4, 40}, 5), random_tensor({32, 4}, 6), 2.0}}}, {}});
  auto prompts = some_prompts();
  prompts.push_back({17});
  prompts.push_back(prompts[3]);
  prompts.back().push_back(9);  // continues another one by a single token: a node of one row
  const std::vector<std::span<const TokenId>> all(prompts.begin(), prompts.end());
  for (std::size_t i = 0; i < all.size(); ++i) {
    INFO("prompt " << i);
    const auto alone = in_company(variant, {all[i]}, 0, PrefixSharing::on);
    CHECK(same_bits(in_company(variant, all, i, PrefixSharing::on), alone));
    CHECK(same_bits(in_company(variant, all, i, PrefixSharing::off), alone));
    CHECK(same_bits(in_company(variant, {all[5], all[i], all[12]}, 1, PrefixSharing::on), alone));
  }
}

}  // namespace

TEST_CASE("Logits are the same bits whatever prompts share the block, in float32") {
  check_company(Precision::float32);
}

TEST_CASE("Logits are the same bits whatever prompts share the block, in bfloat16") {
  check_company(Precision::bfloat16);
}

}  // namespace decoder_test
