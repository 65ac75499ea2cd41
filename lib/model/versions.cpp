#include "model/versions.hpp"

#include <ATen/Version.h>
#include <torch/headeronly/version.h>

namespace shoal::model {

std::string libtorch_version() { return std::string(TORCH_VERSION) + " (" + at::get_cpu_capability() + ")"; }

}  // namespace shoal::model
