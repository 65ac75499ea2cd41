#pragma once

#include <string>
#include <vector>

#include "base/buffer.hpp"
#include "comm/liveness.hpp"

namespace shoal::comm {

enum class ReduceOp { sum, max };

/// A group of ranks and the collectives that the search needs. Every function but the queries is collective: all ranks
/// call it, in the same order. Failures throw Error{peer}.
class Communicator {
 public:
  virtual ~Communicator() = default;

  virtual int rank() const = 0;
  virtual int size() const = 0;
  virtual int local_rank() const = 0;  ///< among the ranks of this node
  virtual int local_size() const = 0;

  virtual void barrier() const = 0;

  /// Every rank returns rank 0's text.
  virtual std::string broadcast(const std::string& text) const = 0;

  /// The texts of all ranks, in rank order.
  virtual std::vector<std::string> all_gather(const std::string& text) const = 0;

  /// Element-wise over ranks, in place. Buffers of equal size and type everywhere; on CUDA devices see
  /// device_collectives.hpp.
  virtual void all_reduce(const Buffer& buffer, ReduceOp op) const = 0;

  /// Every rank gets the root's numbers. Buffers of equal size and type everywhere.
  virtual void broadcast(const Buffer& buffer, int root) const = 0;

  /// Element-wise over ranks, of which every rank keeps its own part: `source` holds size() parts of the length of
  /// `target`, and rank r gets part r. Summed in the order of the ranks, so that the bits depend on nothing else.
  virtual void reduce_scatter(const Buffer& source, const Buffer& target, ReduceOp op) const = 0;

  /// The sources of all ranks in rank order; `target` holds size() parts of the length of `source`.
  virtual void all_gather(const Buffer& source, const Buffer& target) const = 0;

  /// This rank's signs of life. Every collective of this communicator counts as waiting for the others.
  Liveness& liveness() const { return liveness_; }

 private:
  mutable Liveness liveness_;
};

}  // namespace shoal::comm
