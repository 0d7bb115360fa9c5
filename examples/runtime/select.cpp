// Fan-in: one task serves what comes from several sides.
#include "net/coro/select.h"

#include <cstdio>
#include <string>

#include "net/coro/run.h"
#include "net/coro/task_group.h"
#include "net/coro/timeout.h"

using namespace gossamer;
using namespace std::chrono_literals;

Task<> serve(Channel<int>* pages, Channel<std::string>* commands) {
  while (auto next = co_await select(*commands, *pages)) {  // of those that have something, the first named
    if (next->index() == 0) {
      std::printf("command %s\n", std::get<0>(*next).c_str());
    } else {
      std::printf("page %d\n", std::get<1>(*next));
    }
  }
  std::puts("all are closed");
}

Task<> program(TaskGroup& group, Channel<int>* pages, Channel<std::string>* commands) {
  group.create_task(serve, pages, commands);
  co_await pages->send(1);
  co_await sleep_for(1ms);
  co_await commands->send("pause");
  co_await sleep_for(1ms);
  co_await pages->send(2);
  pages->close();
  commands->close();
}

int main() {
  EventLoop loop;
  Channel<int> pages(2);
  Channel<std::string> commands(1);
  run(loop, [&] { return with_task_group(program, &pages, &commands); });
}
