#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>
#include <utility>

#include "tensor/safetensors.hpp"

namespace shoal::model {

/// The parameters of a model by name: those of a folder, some of them perhaps replaced.
class Parameters {
 public:
  /// `folder` must outlive this; `replaced` may be empty.
  Parameters(const tensor::SafetensorsFolder& folder, std::map<std::string, at::Tensor> replaced)
      : folder_(folder), replaced_(std::move(replaced)) {}

  bool has(const std::string& name) const;
  bool replaces(const std::string& name) const { return replaced_.contains(name); }

  /// The parameter in `options`' type and device: a view of the mapped file where that is what the file holds.
  /// Throws Error{input} when it is missing or has another shape.
  at::Tensor fetch(const std::string& name, at::IntArrayRef shape, const at::TensorOptions& options) const;

  /// Takes what was fetched from the folder out of memory; for callers that have made copies of their own.
  void release() const { folder_.release(); }

 private:
  const tensor::SafetensorsFolder& folder_;
  std::map<std::string, at::Tensor> replaced_;
};

}  // namespace shoal::model
