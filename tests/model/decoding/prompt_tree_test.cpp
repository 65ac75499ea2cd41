#include "model/decoding/prompt_tree.hpp"

#include "support/torch_catch.hpp"

namespace prompt_tree_test {

using namespace shoal::model;

namespace {

using Prompt = std::vector<TokenId>;

struct Forest {
  std::vector<Prompt> prompts;
  std::vector<std::span<const TokenId>> views{prompts.begin(), prompts.end()};
  PromptTree tree;

  Forest(std::vector<Prompt> list, PrefixSharing sharing = PrefixSharing::on)
      : prompts(std::move(list)), tree(views, sharing) {}

  // The tokens that a prompt's cache rows hold.
  Prompt tokens_of(std::size_t prompt) const {
    std::vector<TokenId> packed(static_cast<std::size_t>(tree.rows()));
    for (const auto& node : tree.nodes()) {
      std::copy(node.tokens.begin(), node.tokens.end(), packed.begin() + node.first_row);
    }
    Prompt tokens;
    for (const KeySpan& span : tree.path_of_prompt(prompt)) {
      tokens.insert(tokens.end(), packed.begin() + span.first, packed.begin() + span.first + span.count);
    }
    return tokens;
  }
};

void check_paths(const Forest& forest) {
  for (std::size_t i = 0; i < forest.prompts.size(); ++i) CHECK(forest.tokens_of(i) == forest.prompts[i]);
}

}  // namespace

TEST_CASE("A shared prefix is held once and every prompt finds its tokens again") {
  const Forest forest({{1, 2, 3, 4}, {1, 2, 5}, {1, 2, 3, 6, 7}, {8, 9}});
  CHECK(forest.tree.rows() == 9);  // 1 2, 3, 4, 6 7, 5, 8 9
  check_paths(forest);
}

TEST_CASE("Equal prompts and prompts that continue others share all they can") {
  const Forest forest({{1, 2, 3}, {1, 2, 3}, {1, 2}, {1, 2, 3, 4, 5}, {1}});
  CHECK(forest.tree.rows() == 5);
  check_paths(forest);
}

TEST_CASE("Splitting a node twice keeps its children below the lower part") {
  const Forest forest({{1, 2, 3, 4, 5, 6}, {1, 2, 3, 4, 9}, {1, 2, 7}, {1, 2, 3, 4, 5, 8}});
  CHECK(forest.tree.rows() == 9);
  check_paths(forest);
}

TEST_CASE("Without sharing every prompt has rows of its own") {
  const Forest forest({{1, 2, 3}, {1, 2, 3}, {1, 2}}, PrefixSharing::off);
  CHECK(forest.tree.rows() == 8);
  CHECK(forest.tree.nodes().size() == 3);
  check_paths(forest);
}

TEST_CASE("Parents come before their children and positions count from the root") {
  const Forest forest({{1, 2, 3, 4}, {1, 2, 5}, {1, 2, 3, 6}});
  for (const auto& node : forest.tree.nodes()) {
    if (node.parent < 0) {
      CHECK(node.position == 0);
      continue;
    }
    const auto& parent = forest.tree.nodes()[static_cast<std::size_t>(node.parent)];
    CHECK(parent.first_row < node.first_row);
    CHECK(node.position == parent.position + static_cast<std::int64_t>(parent.tokens.size()));
  }
}

TEST_CASE("A chain of many prefixes is no problem") {
  std::vector<Prompt> prompts;
  for (TokenId length = 1; length <= 3000; ++length) prompts.emplace_back(static_cast<std::size_t>(length), 7);
  std::reverse(prompts.begin(), prompts.end());
  const Forest forest(prompts);
  CHECK(forest.tree.rows() == 3000);
  CHECK(forest.tokens_of(0).size() == 3000);
  CHECK(forest.tree.path_of_prompt(0).size() == 1);
}

}  // namespace prompt_tree_test
