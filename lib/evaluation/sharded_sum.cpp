#include "evaluation/sharded_sum.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>

#include <algorithm>
#include <vector>

#include "comm/agree.hpp"

namespace shoal::evaluation {
namespace {

class ShardedSum {
 public:
  ShardedSum(const comm::Communicator& comm, const weights::ExpertPool& pool, std::span<const double> coefficients)
      : comm_(comm), pool_(pool), coefficients_(coefficients), layout_(pool.layout()) {
    for (const auto& parameter : layout_) delta_.full[parameter.name] = at::empty(parameter.shape, at::kFloat);
  }

  weights::ModelDelta run(std::int64_t bucket) {
    const std::int64_t total = layout_.empty() ? 0 : layout_.back().begin + layout_.back().count;
    for (std::int64_t begin = 0; begin < total; begin += bucket) add(begin, std::min(bucket, total - begin));
    return std::move(delta_);
  }

 private:
  /// Numbers [begin, begin + count): of `parts` equal parts, the last ones perhaps shorter or empty, this rank sums
  /// one.
  void add(std::int64_t begin, std::int64_t count) {
    const std::int64_t part = (count + comm_.size() - 1) / comm_.size();
    const std::int64_t first = std::min(part * comm_.rank(), count);
    const std::int64_t length = std::min(part, count - first);
    std::vector<float> mine(static_cast<std::size_t>(part), 0.0F);
    std::vector<float> all(mine.size() * static_cast<std::size_t>(comm_.size()));
    comm::agree(comm_, [&] {
      pool_.sum_flat(coefficients_, begin + first, std::span(mine).first(static_cast<std::size_t>(length)));
    });
    comm_.all_gather(Buffer::of(mine), Buffer::of(all));
    comm_.liveness().beat();
    place(begin, std::span(all).first(static_cast<std::size_t>(count)));
  }

  /// Into the parameters that lie there.
  void place(std::int64_t begin, std::span<const float> numbers) {
    const std::int64_t end = begin + static_cast<std::int64_t>(numbers.size());
    for (const auto& parameter : layout_) {
      const std::int64_t first = std::max(begin, parameter.begin);
      const std::int64_t last = std::min(end, parameter.begin + parameter.count);
      if (first >= last) continue;
      float* const target = delta_.full[parameter.name].mutable_data_ptr<float>() + (first - parameter.begin);
      std::copy_n(numbers.begin() + (first - begin), last - first, target);
    }
  }

  const comm::Communicator& comm_;
  const weights::ExpertPool& pool_;
  std::span<const double> coefficients_;
  std::vector<weights::FlatParameter> layout_;
  weights::ModelDelta delta_;
};

}  // namespace

weights::ModelDelta sharded_sum(const comm::Communicator& comm, const weights::ExpertPool& pool,
                                std::span<const double> coefficients, std::int64_t bucket) {
  return ShardedSum(comm, pool, coefficients).run(bucket);
}

}  // namespace shoal::evaluation
