#pragma once

#include <cstddef>

namespace gossamer {

// Memory of coroutine frames: free lists by size class, one set a thread, so that a short-lived coroutine
// costs no malloc. Under AddressSanitizer it is plain operator new, so that a use of a dead frame is seen.
namespace frame_pool {

void* allocate(std::size_t size);
void deallocate(void* frame, std::size_t size) noexcept;

}  // namespace frame_pool
}  // namespace gossamer
