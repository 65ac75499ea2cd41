#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "model/device.hpp"
#include "task/task.hpp"
#include "text/tokenizer/tokenizer.hpp"

namespace shoal::evaluation {

using TokenIds = std::vector<std::int32_t>;

/// One example to be scored: which task, which item of the split, and everything that the model may be shown of it.
struct WorkItem {
  std::size_t task;
  std::size_t example;  ///< index into the task's split
  TokenIds prompt;
  std::vector<TokenIds> continuations = {};  ///< texts behind the prompt whose likelihood is measured; else empty
  std::vector<TokenIds> checks = {};         ///< second prompts, of which one is asked; else empty
};

/// The token sequences that a pass over an item reads: the prompt, or the prompt with each continuation.
std::vector<TokenIds> sequences_of(const WorkItem& item);

/// Tokens of all passes over an item when nothing is shared; of a second prompt, the first.
std::int64_t tokens_of(const WorkItem& item);

/// Indices of items of one workload. Which items share a block depends on the configuration, the data and the swarm,
/// never on ranks or threads.
using ItemList = std::vector<std::size_t>;

/// The examples that a set of evaluations runs over, laid out task after task.
struct Workload {
  task::Split split = task::Split::dev;
  std::vector<WorkItem> items;
  std::vector<ItemList> blocks;  ///< every item once, task after task
};

/// Examples per block unless the configuration says otherwise. Decoding on a GPU takes as long for one row as for a
/// hundred, so blocks are larger there; not larger still, because pruning goes by blocks.
inline std::size_t default_chunk() { return model::computes_on_gpu() ? 100 : 25; }

/// Tokenises the chosen examples of every task and cuts them into blocks of `block_size`.
/// `chosen[t]` lists the indices of task t in ascending order. Throws Error{input} when a prompt plus its new tokens
/// (or plus a continuation) does not fit into `context` tokens, naming task, item and lengths; or when a text to be
/// measured has no tokens.
Workload make_workload(std::span<const task::Task> tasks, task::Split split,
                       std::span<const std::vector<std::size_t>> chosen, const text::Tokenizer& tokenizer,
                       std::size_t block_size, std::size_t context);

/// Every index of the split, for each task.
std::vector<std::vector<std::size_t>> all_examples(std::span<const task::Task> tasks, task::Split split);

}  // namespace shoal::evaluation
