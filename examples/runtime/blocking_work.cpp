// What blocks or takes long leaves the loop through an executor.
#include <cstdio>
#include <fstream>
#include <string>

#include "net/coro/executor.h"
#include "net/coro/run.h"

using namespace gossamer;

Task<std::size_t> size_of(Executor& executor, std::string path) {
  // The coroutine waits, the loop goes on with others. `path` lives in the coroutine's frame.
  co_return co_await run_in_executor(executor, [&path] {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    return static_cast<std::size_t>(file.tellg());
  });
}

int main(int, char** argv) {
  EventLoop loop;
  Executor executor(1);
  const std::size_t size = run(loop, size_of, std::ref(executor), std::string(argv[0]));
  std::puts(size > 0 ? "measured off the loop" : "empty");
}
