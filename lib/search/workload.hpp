#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "model/tokenizer.hpp"
#include "task/task.hpp"

namespace shoal::search {

/// One example to be scored: which task, which item of the split, and its tokenised prompt.
struct WorkItem {
  std::size_t task;
  std::size_t example;  ///< index into the task's split
  std::vector<std::int32_t> prompt;
};

/// A half-open range of items of one task: with one position it is the unit of work. Which items share a block depends
/// on the configuration and the data alone, never on ranks or threads.
struct Block {
  std::size_t begin;
  std::size_t end;
};

/// The examples that a set of evaluations runs over, laid out task after task.
struct Workload {
  task::Split split = task::Split::dev;
  std::vector<WorkItem> items;
  std::vector<Block> blocks;
};

/// Examples per block unless the configuration says otherwise.
inline constexpr std::size_t default_block = 25;

/// Tokenises the chosen examples of every task and cuts them into blocks of `block_size`.
/// `chosen[t]` lists the indices of task t in ascending order. Throws Error{input} when a prompt plus its new tokens
/// does not fit into `context` tokens, naming task, item and lengths.
Workload make_workload(std::span<const task::Task> tasks, task::Split split,
                       std::span<const std::vector<std::size_t>> chosen, const model::Tokenizer& tokenizer,
                       std::size_t block_size, std::size_t context);

/// Every index of the split, for each task.
std::vector<std::vector<std::size_t>> all_examples(std::span<const task::Task> tasks, task::Split split);

}  // namespace shoal::search
