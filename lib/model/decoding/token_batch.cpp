#include "model/decoding/token_batch.hpp"

namespace shoal::model {

namespace {

void add_node(TokenBatch& batch, const PromptTree::Node& node, std::vector<KeySpan> path) {
  const auto count = static_cast<std::int64_t>(node.tokens.size());
  batch.segments.push_back({node.first_row, count, std::move(path), false});
  for (std::int64_t t = 0; t < count; ++t) {
    const auto row = static_cast<std::size_t>(node.first_row + t);
    batch.tokens[row] = node.tokens[static_cast<std::size_t>(t)];
    batch.positions[row] = node.position + t;
    batch.slots[row] = node.first_row + t;
  }
}

}  // namespace

void TokenBatch::add_step(TokenId token, std::int64_t position, std::int64_t slot, std::vector<KeySpan> keys) {
  segments.push_back({static_cast<std::int64_t>(tokens.size()), 1, std::move(keys), true});
  wanted.push_back(segments.back());
  tokens.push_back(token);
  positions.push_back(position);
  slots.push_back(slot);
}

TokenBatch rows_of(const PromptTree& tree) {
  TokenBatch batch;
  const auto rows = static_cast<std::size_t>(tree.rows());
  batch.tokens.resize(rows);
  batch.positions.resize(rows);
  batch.slots.resize(rows);
  for (std::size_t i = 0; i < tree.nodes().size(); ++i) {
    add_node(batch, tree.nodes()[i], tree.path(static_cast<std::int64_t>(i)));
  }
  return batch;
}

TokenBatch batch_of(const PromptTree& tree) {
  TokenBatch batch = rows_of(tree);
  for (std::size_t i = 0; i < tree.prompts(); ++i) {
    auto path = tree.path_of_prompt(i);
    const auto end = path.back().first + path.back().count;
    batch.want(end - 1, std::move(path));
  }
  return batch;
}

}  // namespace shoal::model
