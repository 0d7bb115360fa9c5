// A coroutine without a loop: whoever iterates it runs it, one value at a time.
#include <algorithm>
#include <cstdio>
#include <string_view>

#include "net/coro/generator.h"

gossamer::Generator<std::string_view> lines(std::string_view text) {
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    co_yield text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

int main() {
  for (const std::string_view line : lines("readiness\ncallback\ngenerator\ntask")) {
    std::printf("%.*s\n", static_cast<int>(line.size()), line.data());
  }
}
