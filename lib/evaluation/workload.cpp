#include "evaluation/workload.hpp"

#include <algorithm>
#include <numeric>

#include "base/error.hpp"

namespace shoal::evaluation {
namespace {

void check_length(const task::Task& task, std::size_t example, std::size_t prompt_tokens, std::size_t context) {
  const auto new_tokens = static_cast<std::size_t>(task.max_new_tokens());
  if (prompt_tokens + new_tokens <= context) return;
  fail(ExitCode::input,
       "item {} of task {} does not fit into the model's context ({} prompt tokens and {} new ones, {} allowed). "
       "Shorten "
       "the prompt or lower max_new_tokens.",
       example, task.name(), prompt_tokens, new_tokens, context);
}

void check_length(const task::Task& task, const WorkItem& item, std::size_t context) {
  check_length(task, item.example, item.prompt.size(), context);
  for (const TokenIds& check : item.checks) check_length(task, item.example, check.size(), context);
  for (const TokenIds& text : item.continuations) {
    check_length(task, item.example, item.prompt.size() + text.size() - 1, context);
  }
}

text::TokenPair encode_pair(const task::Task& task, const text::Tokenizer& tokenizer, const std::string& prompt,
                            const std::string& text) {
  text::TokenPair pair =
      task.config().chat_template ? tokenizer.encode_chat_pair(prompt, text) : tokenizer.encode_pair(prompt, text);
  // Where nothing stands before a text, its own first token does, and is not predicted.
  if (pair.prompt.empty() && !pair.text.empty()) {
    pair.prompt.push_back(pair.text.front());
    pair.text.erase(pair.text.begin());
  }
  return pair;
}

void add_continuations(const task::Task& task, task::Split split, const text::Tokenizer& tokenizer, WorkItem& item) {
  const std::string prompt = task.prompt(split, item.example);
  for (const std::string& text : task.continuations(split, item.example)) {
    text::TokenPair pair = encode_pair(task, tokenizer, prompt, text);
    if (pair.text.empty()) {
      fail(ExitCode::input,
           "item {} of task {} has a text without tokens to predict (\"{}\" behind the prompt). Lengthen or remove it.",
           item.example, task.name(), text);
    }
    item.prompt = std::move(pair.prompt);
    item.continuations.push_back(std::move(pair.text));
  }
}

WorkItem make_item(const task::Task& task, task::Split split, std::size_t number, std::size_t example,
                   const text::Tokenizer& tokenizer) {
  const auto encode = [&](const std::string& text) {
    return task.config().chat_template ? tokenizer.encode_chat(text) : tokenizer.encode(text);
  };
  WorkItem item{number, example, {}};
  if (task::measures_likelihood(task.config().type)) {
    add_continuations(task, split, tokenizer, item);
    return item;
  }
  item.prompt = encode(task.prompt(split, example));
  for (const std::string& check : task.checks(split, example)) item.checks.push_back(encode(check));
  return item;
}

/// Cuts the items from `first` on into blocks. Prompts that begin alike come into the same block, which computes what
/// they share once.
void append_blocks(Workload& workload, std::size_t first, std::size_t block_size) {
  ItemList items(workload.items.size() - first);
  std::iota(items.begin(), items.end(), first);
  std::ranges::stable_sort(
      items, [&](std::size_t a, std::size_t b) { return workload.items[a].prompt < workload.items[b].prompt; });
  for (std::size_t begin = 0; begin < items.size(); begin += block_size) {
    const std::size_t end = std::min(begin + block_size, items.size());
    workload.blocks.emplace_back(items.begin() + static_cast<std::ptrdiff_t>(begin),
                                 items.begin() + static_cast<std::ptrdiff_t>(end));
  }
}

}  // namespace

Workload make_workload(std::span<const task::Task> tasks, task::Split split,
                       std::span<const std::vector<std::size_t>> chosen, const text::Tokenizer& tokenizer,
                       std::size_t block_size, std::size_t context) {
  Workload workload;
  workload.split = split;
  for (std::size_t t = 0; t < tasks.size(); ++t) {
    const std::size_t first = workload.items.size();
    for (const std::size_t example : chosen[t]) {
      workload.items.push_back(make_item(tasks[t], split, t, example, tokenizer));
      check_length(tasks[t], workload.items.back(), context);
    }
    append_blocks(workload, first, block_size);
  }
  return workload;
}

std::vector<TokenIds> sequences_of(const WorkItem& item) {
  if (item.continuations.empty()) return {item.prompt};
  std::vector<TokenIds> sequences(item.continuations.size(), item.prompt);
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    const TokenIds& text = item.continuations[i];
    sequences[i].insert(sequences[i].end(), text.begin(), std::prev(text.end()));
  }
  return sequences;
}

std::int64_t tokens_of(const WorkItem& item) {
  std::size_t tokens = item.checks.empty() ? 0 : item.checks.front().size();
  for (const TokenIds& sequence : sequences_of(item)) tokens += sequence.size();
  return static_cast<std::int64_t>(tokens);
}

std::vector<std::vector<std::size_t>> all_examples(std::span<const task::Task> tasks, task::Split split) {
  std::vector<std::vector<std::size_t>> all;
  for (const task::Task& task : tasks) {
    all.emplace_back(task.size(split));
    std::iota(all.back().begin(), all.back().end(), std::size_t{0});
  }
  return all;
}

}  // namespace shoal::evaluation
