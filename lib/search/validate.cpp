#include "search/validate.hpp"

#include <unistd.h>

#include <algorithm>

#include "base/error.hpp"
#include "comm/agree.hpp"
#include "search/disk_need.hpp"
#include "search/inputs.hpp"
#include "search/memory_need.hpp"
#include "search/resolve.hpp"
#include "search/warm_start.hpp"
#include "search/workloads.hpp"

namespace shoal::search {
namespace {

namespace fs = std::filesystem;

constexpr double gib = 1024.0 * 1024.0 * 1024.0;

fs::path nearest_existing(fs::path folder) {
  while (!fs::exists(folder)) folder = folder.parent_path();
  return folder;
}

std::string check_disk(const io::RunConfig& config, const Workload& workload) {
  const fs::path folder = nearest_existing(config.output.run_dir);
  if (!fs::is_directory(folder) || ::access(folder.c_str(), W_OK) != 0) {
    fail(ExitCode::resource,
         "run folder {} cannot be made ({} is not a writable folder). Choose another output.run_dir.",
         config.output.run_dir.string(), folder.string());
  }
  return fmt::format("run folder   {} (up to {:.3f} GiB of {:.1f} GiB free)\n", config.output.run_dir.string(),
                     disk_need(config, workload) / gib, check_disk_space(config, workload) / gib);
}

std::string check_memory(const io::RunConfig& config, const std::vector<task::Task>& tasks, const Workload& workload,
                         const comm::Communicator& comm) {
  const int threads = thread_count(config.evaluation.threads, comm.local_size());
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

std::string describe(const Workload& workload) {
  std::size_t longest = 0;
  std::size_t total = 0;
  for (const WorkItem& item : workload.items) {
    for (const TokenIds& sequence : sequences_of(item)) longest = std::max(longest, sequence.size());
    total += static_cast<std::size_t>(tokens_of(item));
  }
  return fmt::format("{:<12} {} items, {} prompt tokens, longest {}\n", task::name_of(workload.split),
                     workload.items.size(), total, longest);
}

std::string describe_warm_start(const io::RunConfig& config) {
  return fmt::format("warm start   {} positions of {}\n", swarm::warm_positions(warm_start_source(config)).size(),
                     config.warm_start->string());
}

}  // namespace

std::string validate(const comm::Communicator& comm, const std::string& file, const std::vector<std::string>& overrides,
                     bool strict) {
  const io::RunConfig config = resolve(comm, {file, overrides, {}});
  std::string text;
  comm::agree(comm, [&] {
    const auto tasks = check_inputs(config);
    text = fmt::format("experts      {} ({})\n", config.experts.size(), merging_of(config));
    text += fmt::format("particles    {} (preset {})\n", config.swarm.particles, config.swarm.preset);
    if (config.warm_start) text += describe_warm_start(config);
    if (!config.seeds.empty()) text += fmt::format("seeds        {} (a search each)\n", config.seeds.size());
    const Workloads sets = make_workloads(config, tasks, model::Tokenizer::load(config.model), context_of(config));
    text += describe(sets.dev) + describe(sets.test);
    report_leaks(tasks, strict, [&](const std::string& leak) { text += "warning      " + leak + "\n"; });
    text += check_memory(config, tasks, sets.test, comm) + check_disk(config, sets.search);
  });
  text += fmt::format("layout       {} ranks, {} on this node, {} threads each\n", comm.size(), comm.local_size(),
                      thread_count(config.evaluation.threads, comm.local_size()));
  return text + "valid\n";
}

}  // namespace shoal::search
