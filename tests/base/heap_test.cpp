#include "base/heap.hpp"

#include <malloc.h>

#include <catch2/catch.hpp>
#include <cstdlib>

namespace {

[[maybe_unused]] std::size_t mapped_bytes() { return ::mallinfo2().hblkhd; }

/// Through a pointer to the function, so that the compiler does not leave the pair out.
[[maybe_unused]] void* (*volatile const allocate)(std::size_t) = std::malloc;

}  // namespace

// A sanitizer's heap is its own.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_CASE("a large block is mapped on its own even after a larger one was freed", "[heap]") {
  shoal::return_large_blocks();
  std::free(allocate(std::size_t{24} << 20));
  const std::size_t before = mapped_bytes();

  void* const block = allocate(std::size_t{16} << 20);

  CHECK(mapped_bytes() >= before + (std::size_t{16} << 20));
  std::free(block);
  CHECK(mapped_bytes() == before);
}
#endif
