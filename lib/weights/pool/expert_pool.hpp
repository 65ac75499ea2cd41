#pragma once

#include <c10/core/Device.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "weights/merge_space.hpp"
#include "weights/model_delta.hpp"
#include "weights/pool/layer_mix.hpp"
#include "weights/safetensors/weight_source.hpp"

namespace shoal::weights {

enum class ExpertKind { lora, full_model };

/// One parameter's place among all that are summed, laid one after the other.
struct FlatParameter {
  std::string name;
  std::vector<std::int64_t> shape;
  std::int64_t begin;
  std::int64_t count;
};

/// Which of the ranks that read the same experts this is: what need not be done by all is shared out among them.
struct Share {
  std::size_t index = 0;
  std::size_t of = 1;
};

/// How one kind of experts is stored and summed; see lora_pool.hpp and full_model_pool.hpp.
class ExpertStore {
 public:
  virtual ~ExpertStore() = default;
  virtual ModelDelta materialise(const LayerMix& mix) const = 0;
  virtual std::size_t bytes() const = 0;
  virtual std::vector<FlatParameter> layout() const { return {}; }
  virtual void sum_flat(std::span<const double> coefficients, std::int64_t begin, std::span<float> sums) const;
};

/// The initial experts of a swarm, in memory once per process, with checked layouts. Cheap to copy (shared state); safe
/// to use from several threads.
class ExpertPool {
 public:
  /// Reads PEFT adapters, or full fine-tunes of the base model (folders with *.safetensors), in the order given.
  /// Throws Error{input} naming the folder and the first thing that does not fit: mixed kinds, unequal rank, alpha or
  /// targets under `factors`, shapes that differ from each other or from the base, non-finite weights, damaged files.
  /// LoRA experts are kept and summed on `device`, and under `factors` come from `source`; full models stay on the CPU,
  /// whose files are mapped. They are looked through for such weights by one rank of the `share` each.
  static ExpertPool load(std::span<const std::filesystem::path> folders, const std::filesystem::path& base,
                         MergeSpace space, at::Device device = at::Device(at::kCPU), const Share& share = {},
                         const WeightSource& source = {});

  /// The checks of `load` that need headers only: fast enough for a login node.
  static void check(std::span<const std::filesystem::path> folders, const std::filesystem::path& base,
                    MergeSpace space);

  /// Every file of weights and adapter settings in the folders, which may be of different kinds here; for run.json.
  static std::vector<std::filesystem::path> files(std::span<const std::filesystem::path> folders);

  /// What a folder holds. Throws Error{input} when it does not exist.
  static ExpertKind kind_of(const std::filesystem::path& folder);

  /// The folders' names; experts of the same name are told apart by their parents' names.
  static std::vector<std::string> names_of(std::span<const std::filesystem::path> folders);

  std::size_t size() const { return names_.size(); }
  std::size_t layers() const { return layers_; }  ///< of the base
  ExpertKind kind() const { return kind_; }
  MergeSpace merge_space() const { return space_; }
  const std::vector<std::string>& names() const { return names_; }  ///< folder names, one per expert
  std::size_t bytes() const { return store_->bytes(); }             ///< memory held by the pool

  /// The model at position sum_k coefficients[k] E_k; sums run in float32 in the order of the experts, so equal
  /// coefficients give equal bits. `coefficients` has size() entries, or size() for each block of layers (see
  /// layer_mix.hpp). Full models: W = sum a_k W_k.
  ModelDelta materialise(std::span<const double> coefficients) const;

  /// Full models: the parameters that materialise sums, in order, and some of its numbers: sums[i] is element begin + i
  /// of all of them laid one after the other, the same bits as in the whole. So ranks can share the work.
  std::vector<FlatParameter> layout() const { return store_->layout(); }
  void sum_flat(std::span<const double> coefficients, std::int64_t begin, std::span<float> sums) const;

 private:
  std::vector<std::string> names_;
  std::size_t layers_ = 1;
  ExpertKind kind_ = ExpertKind::lora;
  MergeSpace space_ = MergeSpace::factors;
  std::shared_ptr<const ExpertStore> store_;
};

}  // namespace shoal::weights
