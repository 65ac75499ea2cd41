#include "model/parameters/parameters.hpp"

#include <fmt/ranges.h>

#include "base/error.hpp"

namespace shoal::model {

bool Parameters::has(const std::string& name) const { return replaced_.contains(name) || folder_.has(name); }

at::Tensor Parameters::fetch(const std::string& name, at::IntArrayRef shape, const at::TensorOptions& options) const {
  if (!has(name)) {
    fail(ExitCode::input, "{} lacks the tensor {} (config.json calls for it). Use a complete model folder.",
         folder_.path().string(), name);
  }
  if (const auto found = replaced_.find(name); found != replaced_.end()) {
    check(name, found->second.sizes(), found->second.scalar_type(), shape);
    return found->second.to(options);
  }
  const weights::TensorEntry& entry = folder_.entry(name);
  check(name, entry.shape, entry.type, shape);
  return source_.fetch(shape, options, [&] { return folder_.tensor(name).to(options); });
}

void Parameters::check(const std::string& name, at::IntArrayRef stored, at::ScalarType type,
                       at::IntArrayRef shape) const {
  if (stored != shape) {
    fail(ExitCode::input, "{}: {} has shape [{}] (config.json calls for [{}]). Use weights that fit the configuration.",
         folder_.path().string(), name, fmt::join(stored, ", "), fmt::join(shape, ", "));
  }
  if (!at::isFloatingType(type)) {
    fail(ExitCode::input, "{}: {} is of type {} (only floating point works). Use unquantised weights.",
         folder_.path().string(), name, toString(type));
  }
}

}  // namespace shoal::model
