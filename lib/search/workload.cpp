#include "search/workload.hpp"

#include <algorithm>
#include <numeric>

#include "base/error.hpp"

namespace shoal::search {
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
                       std::span<const std::vector<std::size_t>> chosen, const model::Tokenizer& tokenizer,
                       std::size_t block_size, std::size_t context) {
  Workload workload;
  workload.split = split;
  for (std::size_t t = 0; t < tasks.size(); ++t) {
    const std::size_t first = workload.items.size();
    for (const std::size_t example : chosen[t]) {
      const std::string text = tasks[t].prompt(split, example);
      auto prompt = tasks[t].config().chat_template ? tokenizer.encode_chat(text) : tokenizer.encode(text);
      check_length(tasks[t], example, prompt.size(), context);
      workload.items.push_back({t, example, std::move(prompt)});
    }
    append_blocks(workload, first, block_size);
  }
  return workload;
}

std::vector<std::vector<std::size_t>> all_examples(std::span<const task::Task> tasks, task::Split split) {
  std::vector<std::vector<std::size_t>> all;
  for (const task::Task& task : tasks) {
    all.emplace_back(task.size(split));
    std::iota(all.back().begin(), all.back().end(), std::size_t{0});
  }
  return all;
}

}  // namespace shoal::search
