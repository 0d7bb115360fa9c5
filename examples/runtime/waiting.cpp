// Several tasks at once: all of them, the first of them, each as it ends.
#include <cstdio>
#include <string>

#include "net/coro/run.h"
#include "net/coro/wait.h"

using namespace gossamer;
using namespace std::chrono_literals;

Task<std::string> fetch(std::string name, Duration takes) {
  co_await sleep_for(takes);  // stands for the network
  co_return "page of " + name;
}

std::vector<Task<std::string>> fetch_mirrors() {
  std::vector<Task<std::string>> tasks;
  tasks.push_back(fetch("slow.example", 20ms));
  tasks.push_back(fetch("fast.example", 10ms));
  return tasks;
}

Task<> program() {
  // All: the values in the order of the tasks. What fails first cancels the others and is thrown.
  const auto [page, robots] = co_await gather(fetch("a.example", 20ms), fetch("a.example/robots.txt", 10ms));
  std::printf("%s, %s\n", page.c_str(), robots.c_str());

  // The first, if it comes within a second; the others are cancelled.
  const auto [done, pending] = co_await wait(fetch_mirrors(), ReturnWhen::first_completed, 1s);
  std::printf("%s, %zu cancelled\n", done.front().result().c_str(), pending.size());

  // Each as it ends.
  co_await as_completed(fetch_mirrors(),
                        [](TaskHandle<std::string> task) { std::puts(task.result().c_str()); });
}

int main() {
  EventLoop loop;
  run(loop, program);
}
