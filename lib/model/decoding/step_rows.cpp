#include "model/decoding/step_rows.hpp"

#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <bit>

#include "model/kernel/key_table.hpp"

namespace shoal::model {

namespace {

std::vector<std::vector<KeySpan>> all_keys(std::span<const Sequence> sequences) {
  std::vector<std::vector<KeySpan>> keys;
  for (const Sequence& sequence : sequences) {
    keys.push_back(sequence.prompt_keys);
    keys.back().push_back({sequence.first_slot, generated_slots(*sequence.request)});
  }
  return keys;
}

// all[0 … rows.size()) <- all[rows], then `filler` up to `bucket`. index_select copies first: rows may move upwards.
void gather_front(const at::Tensor& all, const at::Tensor& rows, std::int64_t bucket, std::int64_t filler) {
  all.narrow(0, 0, rows.size(0)).copy_(all.index_select(0, rows));
  all.narrow(0, rows.size(0), bucket - rows.size(0)).fill_(filler);
}

}  // namespace

std::int64_t bucket_for(std::int64_t rows) {
  return static_cast<std::int64_t>(std::bit_ceil(static_cast<std::uint64_t>(rows)));
}

StepRows::StepRows(std::span<const Sequence> sequences, std::int64_t longest, std::int64_t spare, at::Device device)
    : bucket_(bucket_for(static_cast<std::int64_t>(sequences.size()))), spare_(spare) {
  at::Tensor tokens = at::zeros({bucket_}, at::kLong);
  at::Tensor positions = at::zeros({bucket_}, at::kLong);
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    const Sequence& sequence = sequences[i];
    tokens.mutable_data_ptr<std::int64_t>()[i] = sequence.result->output_ids.back();
    positions.mutable_data_ptr<std::int64_t>()[i] = sequence.prompt_tokens() + sequence.generated() - 1;
  }
  tokens_ = tokens.to(device);
  positions_ = positions.to(device);
  key_rows_ = key_table(all_keys(sequences), bucket_, longest + 1, spare).to(device);
}

StepInput StepRows::input() const {
  const at::Tensor positions = positions_.narrow(0, 0, bucket_);
  const at::Tensor key_rows = key_rows_.narrow(0, 0, bucket_);
  const at::Tensor slots = key_rows.gather(1, positions.unsqueeze(1)).squeeze(1).to(at::kLong);
  return {tokens(), {positions, slots}, key_rows};
}

// A row whose sequence has ended goes on until the bucket shrinks, and stops at the column of the spare row.
void StepRows::advance(const at::Tensor& tokens) {
  tokens_.narrow(0, 0, bucket_).copy_(tokens);
  positions_.narrow(0, 0, bucket_).add_(1).clamp_max_(key_rows_.size(1) - 1);
}

void StepRows::keep(const std::vector<std::int64_t>& rows) {
  bucket_ = bucket_for(static_cast<std::int64_t>(rows.size()));
  const at::Tensor index = at::tensor(rows, at::kLong).to(tokens_.device());
  gather_front(tokens_, index, bucket_, 0);
  gather_front(positions_, index, bucket_, 0);
  gather_front(key_rows_, index, bucket_, spare_);
}

}  // namespace shoal::model
