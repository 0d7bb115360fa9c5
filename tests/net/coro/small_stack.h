#pragma once

#include <functional>
#include <gtest/gtest.h>
#include <pthread.h>

namespace gossamer {

// Runs `fn` on a thread whose stack a million steps would overflow at a byte each.
inline void on_a_small_stack(std::function<void()> fn) {
  constexpr std::size_t kSmallStack = 512 * 1024;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  EXPECT_EQ(pthread_attr_setstacksize(&attributes, kSmallStack), 0);
  pthread_t thread{};
  const auto start = [](void* argument) -> void* {
    (*static_cast<std::function<void()>*>(argument))();
    return nullptr;
  };
  EXPECT_EQ(pthread_create(&thread, &attributes, start, &fn), 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
}

}  // namespace gossamer
