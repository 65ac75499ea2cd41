#pragma once

// Private to this module.

#include "comm/communicator.hpp"
#include "comm/mpi_handles.hpp"

namespace shoal::comm {

/// The same ranks with messages of their own; errors are returned, not fatal. Collective. Throws Error{peer}.
MpiComm duplicate(MPI_Comm comm);

class MpiCommunicator : public Communicator {
 public:
  explicit MpiCommunicator(MpiComm comm);

  int rank() const override { return rank_; }
  int size() const override { return size_; }
  int local_rank() const override { return local_rank_; }
  int local_size() const override { return local_size_; }
  void barrier() const override;
  std::string broadcast(const std::string& text) const override;
  std::vector<std::string> all_gather(const std::string& text) const override;
  void all_reduce(const Buffer& buffer, ReduceOp op) const override;
  void broadcast(const Buffer& buffer, int root) const override;
  void reduce_scatter(const Buffer& source, const Buffer& target, ReduceOp op) const override;
  void all_gather(const Buffer& source, const Buffer& target) const override;

  MPI_Comm native() const { return comm_.value(); }

 private:
  void all_reduce_bfloat16(const Buffer& buffer, ReduceOp op) const;

  MpiComm comm_;
  int rank_ = 0;
  int size_ = 1;
  int local_rank_ = 0;
  int local_size_ = 1;
};

}  // namespace shoal::comm
