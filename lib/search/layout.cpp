#include "search/layout.hpp"

#include <fmt/format.h>
#include <sched.h>

#include "base/host.hpp"
#include "model/device.hpp"

namespace shoal::search {
namespace {

std::vector<int> usable_cores() {
  std::vector<int> cores;
  cpu_set_t set;
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return cores;  // more than 1024 processors
  for (int core = 0; core < CPU_SETSIZE; ++core) {
    if (CPU_ISSET(static_cast<std::size_t>(core), &set)) cores.push_back(core);
  }
  return cores;
}

std::string place_of_this_rank(const comm::Communicator& comm) {
  const auto device = model::compute_device(comm.local_rank());
  std::string text = fmt::format("rank {} cores {}", comm.rank(), ranges(usable_cores()));
  if (device.is_cuda()) text += fmt::format(" GPU {}", static_cast<int>(device.index()));
  return text;
}

}  // namespace

std::string ranges(const std::vector<int>& numbers) {
  std::string text;
  for (std::size_t begin = 0, end = 0; begin < numbers.size(); begin = end) {
    for (end = begin + 1; end < numbers.size() && numbers[end] == numbers[end - 1] + 1;) ++end;
    text += fmt::format("{}{}", text.empty() ? "" : ",", numbers[begin]);
    if (end - begin > 1) text += fmt::format("-{}", numbers[end - 1]);
  }
  return text.empty() ? "unknown" : text;
}

std::string describe_layout(const comm::Communicator& comm) {
  const auto nodes = comm.all_gather(node_name());
  const auto places = comm.all_gather(place_of_this_rank(comm));
  std::string text;
  for (std::size_t rank = 0; rank < nodes.size(); ++rank) {
    const bool same_node = rank > 0 && nodes[rank] == nodes[rank - 1];
    text += same_node ? ", " : fmt::format("{}{}: ", rank == 0 ? "" : "; ", nodes[rank]);
    text += places[rank];
  }
  return text;
}

}  // namespace shoal::search
