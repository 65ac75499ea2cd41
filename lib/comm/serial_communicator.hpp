#pragma once

#include "comm/communicator.hpp"

namespace shoal::comm {

/// One rank, no MPI: what a laptop and a login node use.
class SerialCommunicator : public Communicator {
 public:
  int rank() const override { return 0; }
  int size() const override { return 1; }
  int local_rank() const override { return 0; }
  int local_size() const override { return 1; }
  void barrier() const override {}
  std::string broadcast(const std::string& text) const override { return text; }
  std::vector<std::string> all_gather(const std::string& text) const override { return {text}; }
  void all_reduce(const Buffer&, ReduceOp) const override {}
  void broadcast(const Buffer&, int) const override {}
};

}  // namespace shoal::comm
