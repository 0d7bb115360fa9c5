#include "net/coro/frame_pool.h"

#include <array>
#include <cstdint>
#include <new>

#include "net/base/live_objects.h"

namespace gossamer::frame_pool {

#if defined(__has_feature) && __has_feature(address_sanitizer)

void* allocate(std::size_t size) {
  count_live(LiveKind::frame, 1);
  return ::operator new(size);
}
void deallocate(void* frame, std::size_t) noexcept {
  count_live(LiveKind::frame, -1);
  ::operator delete(frame);
}

#else

namespace {

constexpr std::size_t kStep = 64;
constexpr std::size_t kClasses = 32;         // frames up to 2 KiB; larger ones are rare and go to the heap
constexpr std::uint32_t kKeptAClass = 1024;  // at most 2 MiB kept in the largest class

struct FreeFrame {
  FreeFrame* next;
};

struct Pool {
  std::array<FreeFrame*, kClasses> free{};
  std::array<std::uint32_t, kClasses> count{};

  ~Pool() {
    for (FreeFrame* frame : free) {
      while (frame) {
        FreeFrame* const next = frame->next;
        ::operator delete(frame);
        frame = next;
      }
    }
    count.fill(kKeptAClass);  // a frame that dies after its thread's pool goes to the heap
    free.fill(nullptr);
  }
};

thread_local Pool pool;

constexpr std::size_t size_class(std::size_t size) { return (size - 1) / kStep; }

}  // namespace

void* allocate(std::size_t size) {
  count_live(LiveKind::frame, 1);
  const std::size_t index = size_class(size);
  if (index >= kClasses) return ::operator new(size);
  if (FreeFrame* const frame = pool.free[index]) {
    pool.free[index] = frame->next;
    --pool.count[index];
    return frame;
  }
  return ::operator new((index + 1) * kStep);
}

void deallocate(void* frame, std::size_t size) noexcept {
  count_live(LiveKind::frame, -1);
  const std::size_t index = size_class(size);
  if (index >= kClasses || pool.count[index] >= kKeptAClass) {
    ::operator delete(frame);
    return;
  }
  auto* const node = static_cast<FreeFrame*>(frame);
  node->next = pool.free[index];
  pool.free[index] = node;
  ++pool.count[index];
}

#endif

}  // namespace gossamer::frame_pool
