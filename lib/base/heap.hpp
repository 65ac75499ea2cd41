#pragma once

namespace shoal {

/// Makes the C library give large blocks (key-value caches, packed weights) back to the system as soon as they are
/// freed. By itself glibc raises that threshold to the largest block it has seen freed, up to 32 MB; caches of a few
/// dozen MB, each of another size, then leave holes behind (measured: 825 against 692 MB peak of a small search, same
/// time). Smaller blocks, the intermediates of every layer, stay in the heap, where they cost no page faults. Call it
/// before other threads start.
void return_large_blocks();

}  // namespace shoal
