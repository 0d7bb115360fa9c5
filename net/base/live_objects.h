#pragma once

#include <cstddef>

namespace gossamer {

// How many objects of a kind there are in the process, for tests to see that nothing is left behind. Counted
// in debug builds only; with NDEBUG always 0.
enum class LiveKind : std::size_t { frame, loop, fd, armed_timer };

long live_objects(LiveKind kind);
// For the .cpp files that make and destroy them. Thread-safe.
#ifdef NDEBUG
inline void count_live(LiveKind, long) {}
#else
void count_live(LiveKind kind, long change);
#endif

}  // namespace gossamer
