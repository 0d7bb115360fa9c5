#pragma once

// What valgrind's callgrind counts of a simulated crawl: the crawl, not its making, nor the servers. They
// cost nothing where the program runs by itself, and are nothing where valgrind's headers are not there.
#if __has_include(<valgrind/callgrind.h>)
#include <valgrind/callgrind.h>
#else
#define CALLGRIND_ZERO_STATS
#define CALLGRIND_DUMP_STATS
#define CALLGRIND_TOGGLE_COLLECT
#endif
