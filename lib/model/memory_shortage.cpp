#include "model/memory_shortage.hpp"

#include <c10/util/Exception.h>

#include <new>
#include <string_view>

namespace shoal::model {

// LibTorch's allocator for CPUs throws a plain c10::Error; its name in the text is all that tells it apart.
bool is_memory_shortage(const std::exception& error) {
  if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr) return true;
  if (dynamic_cast<const c10::OutOfMemoryError*>(&error) != nullptr) return true;
  const bool torch = dynamic_cast<const c10::Error*>(&error) != nullptr;
  return torch && std::string_view(error.what()).find("DefaultCPUAllocator: can't allocate") != std::string_view::npos;
}

}  // namespace shoal::model
