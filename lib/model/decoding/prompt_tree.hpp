#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/decoding/generation.hpp"
#include "model/kernel/attention_segment.hpp"

namespace shoal::model {

/// The prompts of a block as a tree of shared prefixes: every node is a run of tokens, every prompt a path from a root.
/// Each node is computed once, as consecutive packed rows; parents come before children, so row numbers serve as cache
/// rows.
class PromptTree {
 public:
  struct Node {
    std::int64_t parent = -1;    ///< index of a node, or -1
    std::int64_t first_row = 0;  ///< of the packed rows
    std::int64_t position = 0;   ///< of its first token in every prompt that contains it
    std::span<const TokenId> tokens;
    std::vector<std::int64_t> children;
  };

  /// `prompts` are not empty and outlive the tree. With sharing off each prompt is a node of its own.
  PromptTree(std::span<const std::span<const TokenId>> prompts, PrefixSharing sharing);

  const std::vector<Node>& nodes() const { return nodes_; }
  std::int64_t rows() const { return rows_; }
  std::size_t prompts() const { return ends_.size(); }

  /// Cache rows of the tokens of a node's path from its root to its own end.
  std::vector<KeySpan> path(std::int64_t node) const;

  /// Cache rows of all tokens of a prompt, in order; the last one is where its next token is predicted.
  std::vector<KeySpan> path_of_prompt(std::size_t prompt) const;

 private:
  struct End {
    std::int64_t node;
    std::int64_t count;  // tokens of that node that belong to the prompt
  };

  std::int64_t add(std::int64_t parent, std::int64_t position, std::span<const TokenId> tokens);
  std::int64_t find_child(std::int64_t parent, TokenId first) const;
  void insert(std::span<const TokenId> prompt);
  void split(std::int64_t node, std::size_t count);
  End find_end(std::span<const TokenId> prompt) const;
  void number(std::int64_t node);

  std::vector<Node> nodes_;
  std::vector<std::int64_t> roots_;
  std::vector<End> ends_;  // one per prompt
  std::int64_t rows_ = 0;
};

}  // namespace shoal::model
