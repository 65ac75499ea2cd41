#include "plan/validate.hpp"

#include <unistd.h>

#include <algorithm>

#include "base/error.hpp"
#include "comm/agree.hpp"
#include "inputs/inputs.hpp"
#include "inputs/resolve.hpp"
#include "inputs/warm_start.hpp"
#include "inputs/workloads.hpp"
#include "plan/disk_need.hpp"
#include "plan/memory_need.hpp"

namespace shoal::plan {
namespace {

namespace fs = std::filesystem;

constexpr double gib = 1024.0 * 1024.0 * 1024.0;

fs::path nearest_existing(fs::path folder) {
  while (!fs::exists(folder)) folder = folder.parent_path();
  return folder;
}

std::string check_disk(const config::RunConfig& config, const evaluation::Workload& workload) {
  const fs::path folder = nearest_existing(config.output.run_dir);
  if (!fs::is_directory(folder) || ::access(folder.c_str(), W_OK) != 0) {
    fail(ExitCode::resource,
         "run folder {} cannot be made ({} is not a writable folder). Choose another output.run_dir.",
         config.output.run_dir.string(), folder.string());
  }
  return fmt::format("run folder   {} (up to {:.3f} GiB of {:.1f} GiB free)\n", config.output.run_dir.string(),
                     disk_need(config, workload) / gib, check_disk_space(config, workload) / gib);
}

std::string check_memory(const config::RunConfig& config, const std::vector<task::Task>& tasks,
                         const evaluation::Workload& workload, const comm::Communicator& comm) {
  const int threads = inputs::thread_count(config.evaluation.threads, comm.local_size());
  const double needed = comm.local_size() * memory_per_rank(config, tasks, workload, threads, comm.size());
  const double present = static_cast<double>(::sysconf(_SC_PHYS_PAGES)) * static_cast<double>(::sysconf(_SC_PAGESIZE));
  if (needed > present) {
    fail(ExitCode::resource,
         "the ranks of this node need {:.1f} GiB and it has {:.1f} GiB. Use fewer ranks or a larger node.",
         needed / gib, present / gib);
  }
  return fmt::format("memory       {:.2f} GiB for {} ranks with {} threads, of {:.1f} GiB\n", needed / gib,
                     comm.local_size(), threads, present / gib);
}

std::string describe(const evaluation::Workload& workload) {
  std::size_t longest = 0;
  std::size_t total = 0;
  for (const evaluation::WorkItem& item : workload.items) {
    for (const evaluation::TokenIds& sequence : evaluation::sequences_of(item))
      longest = std::max(longest, sequence.size());
    total += static_cast<std::size_t>(evaluation::tokens_of(item));
  }
  return fmt::format("{:<12} {} items, {} prompt tokens, longest {}\n", task::name_of(workload.split),
                     workload.items.size(), total, longest);
}

std::string describe_warm_start(const config::RunConfig& config) {
  return fmt::format("warm start   {} positions of {}\n",
                     swarm::warm_positions(inputs::warm_start_source(config)).size(), config.warm_start->string());
}

}  // namespace

std::string validate(const comm::Communicator& comm, const std::string& file, const std::vector<std::string>& overrides,
                     bool strict) {
  const config::RunConfig config = inputs::resolve(comm, {file, overrides, {}});
  std::string text;
  comm::agree(comm, [&] {
    const auto tasks = inputs::check_inputs(config);
    text = fmt::format("experts      {} ({})\n", config.experts.size(), inputs::merging_of(config));
    text += fmt::format("particles    {} (preset {})\n", config.swarm.particles, config.swarm.preset);
    if (config.warm_start) text += describe_warm_start(config);
    if (!config.seeds.empty()) text += fmt::format("seeds        {} (a search each)\n", config.seeds.size());
    const inputs::Workloads sets =
        inputs::make_workloads(config, tasks, text::Tokenizer::load(config.model), inputs::context_of(config));
    text += describe(sets.dev) + describe(sets.test);
    inputs::report_leaks(tasks, strict, [&](const std::string& leak) { text += "warning      " + leak + "\n"; });
    text += check_memory(config, tasks, sets.test, comm) + check_disk(config, sets.search);
  });
  text += fmt::format("layout       {} ranks, {} on this node, {} threads each\n", comm.size(), comm.local_size(),
                      inputs::thread_count(config.evaluation.threads, comm.local_size()));
  return text + "valid\n";
}

}  // namespace shoal::plan
