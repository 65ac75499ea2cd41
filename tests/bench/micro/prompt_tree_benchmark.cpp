#include <benchmark/benchmark.h>

#include "model/decoding/prompt_tree.hpp"

namespace {

using namespace shoal::model;

/// A block of 25 prompts of `length` tokens that begin with the same `shared` ones.
std::vector<std::vector<TokenId>> prompts(std::int64_t length, std::int64_t shared) {
  std::vector<std::vector<TokenId>> all;
  for (TokenId p = 0; p < 25; ++p) {
    std::vector<TokenId>& prompt = all.emplace_back();
    for (TokenId i = 0; i < length; ++i) prompt.push_back(i < shared ? i : 1000 * (p + 1) + i);
  }
  return all;
}

void build_tree(benchmark::State& state) {
  const auto texts = prompts(state.range(0), state.range(1));
  const std::vector<std::span<const TokenId>> views(texts.begin(), texts.end());
  for (auto unused : state) benchmark::DoNotOptimize(PromptTree(views, PrefixSharing::on));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(texts.size()) * state.range(0));
}

BENCHMARK(build_tree)->Args({120, 20})->Args({500, 400});

}  // namespace
