// Tasks that wait for each other: a mutex, a condition, an event and a barrier.
#include <cstdio>
#include <deque>

#include "net/coro/barrier.h"
#include "net/coro/condition.h"
#include "net/coro/event.h"
#include "net/coro/run.h"
#include "net/coro/task_group.h"
#include "net/coro/timeout.h"

using namespace gossamer;
using namespace std::chrono_literals;

struct Kitchen {
  Event open;
  Mutex mutex;
  Condition dish_ready;
  std::deque<int> dishes;  // with the mutex
  Barrier all_served{3};   // two guests and the cook
};

Task<> cook(Kitchen* kitchen) {
  kitchen->open.set();
  for (int dish = 1; dish <= 2; ++dish) {
    const Lock lock = co_await kitchen->mutex.lock();
    co_await sleep_for(1ms);  // nobody takes a dish meanwhile
    kitchen->dishes.push_back(dish);
    kitchen->dish_ready.notify_one();
  }
  co_await kitchen->all_served.wait();
  std::puts("closed");
}

Task<> guest(Kitchen* kitchen) {
  co_await kitchen->open.wait();
  {
    Lock lock = co_await kitchen->mutex.lock();
    co_await kitchen->dish_ready.wait(lock, [&] { return !kitchen->dishes.empty(); });
    std::printf("dish %d\n", kitchen->dishes.front());
    kitchen->dishes.pop_front();
  }
  co_await kitchen->all_served.wait();
}

Task<> evening(TaskGroup& group, Kitchen* kitchen) {
  group.create_task(guest, kitchen);
  group.create_task(guest, kitchen);
  group.create_task(cook, kitchen);
  co_return;
}

int main() {
  EventLoop loop;
  Kitchen kitchen;
  run(loop, [&kitchen] { return with_task_group(evening, &kitchen); });
}
