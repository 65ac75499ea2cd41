#include "model/memory_shortage.hpp"

#include "support/torch_catch.hpp"
// torch_catch.hpp first: Catch2 and LibTorch both define CHECK
#include <new>
#include <stdexcept>

#include "support/error_of.hpp"

namespace memory_shortage_test {

using namespace shoal::model;
using shoal::testing::error_of;

namespace {

constexpr const char* sentence = "It does not fit (too large). Use less.";

std::string within(const std::function<void()>& work) {
  return error_of([&] { within_memory(sentence, work); });
}

}  // namespace

TEST_CASE("Running out of memory, of whatever kind, is told in the given sentence with exit code 4") {
  const std::string expected = std::string("4: ") + sentence;
  CHECK(within([] { throw std::bad_alloc(); }) == expected);
  CHECK(within([] { at::empty({std::int64_t{1} << 60}, at::kByte); }) == expected);
  CHECK(within([] { throw c10::OutOfMemoryError({__func__, __FILE__, __LINE__}, "CUDA out of memory"); }) == expected);
}

TEST_CASE("What is not about memory passes through, and so do results") {
  CHECK_THROWS_AS(within([] { throw std::runtime_error("other"); }), std::runtime_error);
  CHECK_THROWS_AS(within([] { at::empty({2}).view({3}); }), c10::Error);
  CHECK(within_memory(sentence, [] { return 7; }) == 7);
}

}  // namespace memory_shortage_test
