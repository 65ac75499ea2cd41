#include "base/heap.hpp"

#include <malloc.h>

namespace shoal {

void return_large_blocks() {
#ifdef M_MMAP_THRESHOLD           // glibc; other C libraries have no such habit
  constexpr int large = 8 << 20;  // bytes; above every intermediate of a chunk of rows
  ::mallopt(M_MMAP_THRESHOLD, large);
#endif
}

}  // namespace shoal
