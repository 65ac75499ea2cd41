#include "model/decoding/prompt_tree.hpp"

#include <algorithm>

namespace shoal::model {

namespace {

std::int64_t length(std::span<const TokenId> tokens) { return static_cast<std::int64_t>(tokens.size()); }

std::size_t common_prefix(std::span<const TokenId> a, std::span<const TokenId> b) {
  const auto shorter = std::min(a.size(), b.size());
  const auto differing = std::mismatch(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(shorter), b.begin());
  return static_cast<std::size_t>(differing.first - a.begin());
}

// Neighbouring runs become one: a first child lies right behind its parent.
void append(std::vector<KeySpan>& spans, KeySpan next) {
  if (!spans.empty() && spans.back().first + spans.back().count == next.first) {
    spans.back().count += next.count;
  } else {
    spans.push_back(next);
  }
}

}  // namespace

PromptTree::PromptTree(std::span<const std::span<const TokenId>> prompts, PrefixSharing sharing) {
  for (const auto prompt : prompts) {
    if (sharing == PrefixSharing::on) {
      insert(prompt);
    } else {
      ends_.push_back({add(-1, 0, prompt), length(prompt)});
    }
  }
  for (const auto root : std::vector(roots_)) number(root);
  if (sharing == PrefixSharing::off) return;
  for (const auto prompt : prompts) ends_.push_back(find_end(prompt));  // after the last split
}

std::int64_t PromptTree::add(std::int64_t parent, std::int64_t position, std::span<const TokenId> tokens) {
  const auto index = static_cast<std::int64_t>(nodes_.size());
  nodes_.push_back({.parent = parent, .first_row = 0, .position = position, .tokens = tokens, .children = {}});
  (parent < 0 ? roots_ : nodes_[static_cast<std::size_t>(parent)].children).push_back(index);
  return index;
}

std::int64_t PromptTree::find_child(std::int64_t parent, TokenId first) const {
  const auto& children = parent < 0 ? roots_ : nodes_[static_cast<std::size_t>(parent)].children;
  const auto found = std::find_if(children.begin(), children.end(), [&](std::int64_t child) {
    return nodes_[static_cast<std::size_t>(child)].tokens.front() == first;
  });
  return found == children.end() ? -1 : *found;
}

void PromptTree::insert(std::span<const TokenId> prompt) {
  std::int64_t parent = -1;
  std::size_t done = 0;
  while (done < prompt.size()) {
    const auto child = find_child(parent, prompt[done]);
    if (child < 0) {
      add(parent, static_cast<std::int64_t>(done), prompt.subspan(done));
      return;
    }
    const auto same = common_prefix(nodes_[static_cast<std::size_t>(child)].tokens, prompt.subspan(done));
    done += same;
    if (done < prompt.size()) split(child, same);
    parent = child;
  }
}

// The node keeps its first `count` tokens; the rest become its only child. Nothing happens at its end.
void PromptTree::split(std::int64_t node, std::size_t count) {
  const Node whole = nodes_[static_cast<std::size_t>(node)];
  if (count == whole.tokens.size()) return;
  nodes_[static_cast<std::size_t>(node)].tokens = whole.tokens.first(count);
  nodes_[static_cast<std::size_t>(node)].children.clear();
  const auto lower = add(node, whole.position + static_cast<std::int64_t>(count), whole.tokens.subspan(count));
  nodes_[static_cast<std::size_t>(lower)].children = whole.children;
  for (const auto child : whole.children) nodes_[static_cast<std::size_t>(child)].parent = lower;
}

PromptTree::End PromptTree::find_end(std::span<const TokenId> prompt) const {
  std::int64_t node = find_child(-1, prompt.front());
  std::int64_t done = 0;
  while (done + length(nodes_[static_cast<std::size_t>(node)].tokens) < length(prompt)) {
    done += length(nodes_[static_cast<std::size_t>(node)].tokens);
    node = find_child(node, prompt[static_cast<std::size_t>(done)]);
  }
  return {node, length(prompt) - done};
}

// Depth first without recursion: a chain of thousands of prefixes must not exhaust the stack.
void PromptTree::number(std::int64_t root) {
  std::vector<std::int64_t> pending{root};
  while (!pending.empty()) {
    Node& node = nodes_[static_cast<std::size_t>(pending.back())];
    pending.pop_back();
    node.first_row = rows_;
    rows_ += length(node.tokens);
    pending.insert(pending.end(), node.children.rbegin(), node.children.rend());
  }
}

std::vector<KeySpan> PromptTree::path(std::int64_t node) const {
  std::vector<std::int64_t> upwards;
  for (auto i = node; i >= 0; i = nodes_[static_cast<std::size_t>(i)].parent) upwards.push_back(i);
  std::vector<KeySpan> spans;
  for (auto i = upwards.rbegin(); i != upwards.rend(); ++i) {
    const Node& each = nodes_[static_cast<std::size_t>(*i)];
    append(spans, {each.first_row, length(each.tokens)});
  }
  return spans;
}

std::vector<KeySpan> PromptTree::path_of_prompt(std::size_t prompt) const {
  const End end = ends_[prompt];
  const Node& last = nodes_[static_cast<std::size_t>(end.node)];
  std::vector<KeySpan> spans = last.parent < 0 ? std::vector<KeySpan>{} : path(last.parent);
  append(spans, {last.first_row, end.count});
  return spans;
}

}  // namespace shoal::model
