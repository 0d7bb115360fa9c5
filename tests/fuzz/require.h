#pragma once

#include <cstdlib>

// What a fuzz target holds to be true of every input.
inline void require(bool holds) {
  if (!holds) std::abort();
}
