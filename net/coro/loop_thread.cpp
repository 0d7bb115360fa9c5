#include "net/coro/loop_thread.h"

#include <latch>

#include "net/coro/run.h"

namespace gossamer {

LoopThread::LoopThread() {
  std::latch started(1);
  thread_ = std::thread([this, &started] {
    const auto serve = [](TaskGroup& group, LoopThread* self, std::latch* latch) -> Task<> {
      self->group_ = &group;
      latch->count_down();
      co_await self->closing_.wait();
      group.cancel();  // what nobody waits for any more
    };
    run(loop_, [this, serve, latch = &started] { return with_task_group(serve, this, latch); });
  });
  started.wait();
}

LoopThread::~LoopThread() {
  loop_.post([this] { closing_.set(); });
  thread_.join();
}

}  // namespace gossamer
