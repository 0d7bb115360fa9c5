#pragma once

namespace gossamer {

// What the loop calls: a function and its argument. No allocation, no ownership: `argument` must outlive it.
struct ReadyCall {
  void (*function)(void* argument) = nullptr;
  void* argument = nullptr;
};

}  // namespace gossamer
