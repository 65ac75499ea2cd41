#include "model/parameters.hpp"

#include <fmt/ranges.h>

#include "base/error.hpp"

namespace shoal::model {

bool Parameters::has(const std::string& name) const { return replaced_.contains(name) || folder_.has(name); }

at::Tensor Parameters::fetch(const std::string& name, at::IntArrayRef shape, const at::TensorOptions& options) const {
  if (!has(name)) {
    fail(ExitCode::input, "{} lacks the tensor {} (config.json calls for it). Use a complete model folder.",
         folder_.path().string(), name);
  }
  const auto found = replaced_.find(name);
  const at::Tensor stored = found == replaced_.end() ? folder_.tensor(name) : found->second;
  if (stored.sizes() != shape) {
    fail(ExitCode::input, "{}: {} has shape [{}] (config.json calls for [{}]). Use weights that fit the configuration.",
         folder_.path().string(), name, fmt::join(stored.sizes(), ", "), fmt::join(shape, ", "));
  }
  if (!stored.is_floating_point()) {
    fail(ExitCode::input, "{}: {} is of type {} (only floating point works). Use unquantised weights.",
         folder_.path().string(), name, toString(stored.scalar_type()));
  }
  return stored.to(options);
}

}  // namespace shoal::model
