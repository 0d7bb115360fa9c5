#include "net/coro/frame_pool.h"

#include <cstring>
#include <gtest/gtest.h>
#include <random>
#include <thread>
#include <utility>
#include <vector>

namespace gossamer {
namespace {

using Frames = std::vector<std::pair<unsigned char*, std::size_t>>;

unsigned char* allocate_filled(std::size_t size, unsigned char byte) {
  auto* const frame = static_cast<unsigned char*>(frame_pool::allocate(size));
  std::memset(frame, byte, size);
  return frame;
}

TEST(FramePool, LiveFramesNeverOverlap) {
  std::mt19937 random(3);
  Frames live;
  for (int step = 0; step < 50'000; ++step) {
    if (live.size() < 200 && random() % 2 == 0) {
      const std::size_t size = 1 + random() % 3000;
      live.emplace_back(allocate_filled(size, static_cast<unsigned char>(size)), size);
    } else if (!live.empty()) {
      std::swap(live[random() % live.size()], live.back());
      const auto [frame, size] = live.back();
      for (const std::size_t at : {std::size_t{0}, size / 2, size - 1}) {
        ASSERT_EQ(frame[at], static_cast<unsigned char>(size));
      }
      frame_pool::deallocate(frame, size);
      live.pop_back();
    }
  }
  for (const auto& [frame, size] : live) frame_pool::deallocate(frame, size);
}

TEST(FramePool, AFrameMayDieOnAnotherThread) {
  for (int round = 0; round < 20; ++round) {
    Frames frames;
    std::thread maker([&] {
      for (std::size_t i = 0; i < 2000; ++i) frames.emplace_back(allocate_filled(64 + i, 1), 64 + i);
    });
    maker.join();
    for (const auto& [frame, size] : frames) frame_pool::deallocate(frame, size);
  }
}

TEST(FramePool, FramesAreAlignedAsOperatorNewAligns) {
  for (std::size_t size = 1; size < 2500; size += 13) {
    void* const frame = frame_pool::allocate(size);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(frame) % __STDCPP_DEFAULT_NEW_ALIGNMENT__, 0U);
    frame_pool::deallocate(frame, size);
  }
}

}  // namespace
}  // namespace gossamer
