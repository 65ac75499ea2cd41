#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "comm/communicator.hpp"
#include "model/parameters/language_model.hpp"

namespace shoal::plan {

/// A matrix product as linear layers have it: y [rows, out] = x [rows, in] W^T.
struct LinearShape {
  std::int64_t in;
  std::int64_t out;
};

/// The linear layers of a whole model, head excluded, in the groups in which they are multiplied.
std::vector<LinearShape> linear_shapes(const model::ModelConfig& config);

/// Multiply-add pairs count as two operations.
double flops_per_row(const std::vector<LinearShape>& shapes);

/// Rows per second through all the layers, `rows` at a time, on `threads` threads that each multiply on their own (the
/// way the engine works); the best of several repetitions.
double gemm_rows_per_second(const std::vector<LinearShape>& shapes, model::Precision precision, int threads,
                            std::int64_t rows);

/// Bytes per second that `threads` threads together read from memory (256 MB each).
double read_bandwidth(int threads);

/// Seconds of writing `content` to a new file in `folder` with one fsync; the file is removed. Throws Error{resource}.
double write_and_sync_seconds(const std::filesystem::path& folder, const std::string& content);

/// Bytes per second of writing a new file of `bytes` bytes with one fsync. Throws Error{resource}.
double write_and_sync_speed(const std::filesystem::path& folder, std::size_t bytes);

/// Seconds of one sum of `count` doubles over all ranks. Collective.
double all_reduce_seconds(const comm::Communicator& comm, std::size_t count);

}  // namespace shoal::plan
