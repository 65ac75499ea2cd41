#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>
#include <utility>

#include "weights/safetensors/safetensors.hpp"
#include "weights/safetensors/weight_source.hpp"

namespace shoal::model {

/// The parameters of a model by name: those of a folder, some of them perhaps replaced.
class Parameters {
 public:
  /// `folder` must outlive this; `replaced` may be empty; what is not replaced comes from `source`.
  Parameters(const weights::SafetensorsFolder& folder, std::map<std::string, at::Tensor> replaced,
             weights::WeightSource source = {})
      : folder_(folder), replaced_(std::move(replaced)), source_(std::move(source)) {}

  bool has(const std::string& name) const;
  bool replaces(const std::string& name) const { return replaced_.contains(name); }

  /// The parameter in `options`' type and device: a view of the mapped file where that is what the file holds.
  /// Throws Error{input} when it is missing or has another shape, which the header tells before anything is read.
  at::Tensor fetch(const std::string& name, at::IntArrayRef shape, const at::TensorOptions& options) const;

  /// Takes what was fetched from the folder out of memory; for callers that have made copies of their own.
  void release() const { folder_.release(); }

 private:
  void check(const std::string& name, at::IntArrayRef stored, at::ScalarType type, at::IntArrayRef shape) const;

  const weights::SafetensorsFolder& folder_;
  std::map<std::string, at::Tensor> replaced_;
  weights::WeightSource source_;
};

}  // namespace shoal::model
