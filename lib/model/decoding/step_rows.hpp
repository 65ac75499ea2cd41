#pragma once

#include <span>
#include <vector>

#include "model/decoding/sequence.hpp"
#include "model/kernel/row_operations.hpp"

namespace shoal::model {

/// What a step of decoding reads, all on the device: row r is the token tokens[r] at positions[r]; its key and value go
/// to cache row slots[r], and it looks at key_rows[r, j] for j <= positions[r].
struct StepInput {
  at::Tensor tokens;       ///< int64 [bucket]
  RowPlacement placement;  ///< int64 [bucket] each
  at::Tensor key_rows;     ///< int32 [bucket, columns]
};

/// Rows are filled up to the next power of two, so that few shapes occur.
std::int64_t bucket_for(std::int64_t rows);

/// The rows of decoding with shapes that stay: all tensors have fixed addresses, are changed in place and never looked
/// at by the host. Rows beyond those of the sequences, and rows whose sequence has ended, compute something that nobody
/// reads; their keys go to the spare cache row or to slots of their own.
class StepRows {
 public:
  /// One row per sequence, at its newest token. `longest`: most positions that a sequence may reach. `spare`: the cache
  /// row that belongs to nobody.
  StepRows(std::span<const Sequence> sequences, std::int64_t longest, std::int64_t spare, at::Device device);

  std::int64_t bucket() const { return bucket_; }
  StepInput input() const;
  at::Tensor tokens() const { return tokens_.narrow(0, 0, bucket_); }

  /// The rows' next tokens [bucket]: what the next step reads.
  void advance(const at::Tensor& tokens);

  /// Rows 0, 1, … become what rows[0], rows[1], … were, and the bucket shrinks to what they need.
  void keep(const std::vector<std::int64_t>& rows);

 private:
  at::Tensor tokens_;     // [capacity]
  at::Tensor positions_;  // [capacity]
  at::Tensor key_rows_;   // [capacity, longest + 1]; the last column is the spare row throughout
  std::int64_t bucket_;
  std::int64_t spare_;
};

}  // namespace shoal::model
