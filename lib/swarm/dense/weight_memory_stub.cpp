#include "swarm/dense/weight_memory.hpp"

namespace shoal::swarm {

void* allocate_weights(std::size_t bytes) { return ::operator new(bytes); }
void release_weights(void* memory) noexcept { ::operator delete(memory); }

}  // namespace shoal::swarm
