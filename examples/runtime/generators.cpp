// A coroutine without a loop: whoever iterates it runs it, one value at a time.
#include <algorithm>
#include <cstdio>
#include <string_view>

#include "net/coro/chain.h"
#include "net/coro/generator.h"

gossamer::Generator<std::string_view> lines(std::string_view text) {
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    co_yield text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

// A consumer: is sent lines, and keeps its place between them.
gossamer::Generator<int, std::string_view> numbered() {
  int number = 0;
  while (auto line = co_yield number) {
    std::printf("%d %.*s\n", ++number, static_cast<int>(line->size()), line->data());
  }
}

// Is sent numbers; yields the average so far, and returns how many they were.
gossamer::Generator<double, double, int> averages() {
  double sum = 0;
  double average = 0;
  int count = 0;
  while (auto number = co_yield average) average = (sum += *number) / ++count;
  co_return count;
}

// Hands its caller over to averages(), twice.
gossamer::Generator<double, double> two_groups() {
  for (int i = 0; i < 2; ++i) {
    const int count = co_yield gossamer::elements_of(averages());
    std::printf("a group of %d\n", count);
  }
}

int main() {
  for (const std::string_view line : lines("readiness\ncallback\ngenerator\ntask")) {
    std::printf("%.*s\n", static_cast<int>(line.size()), line.data());
  }

  auto consumer = numbered();
  for (const std::string_view line : lines("one\ntwo")) consumer.send(line);

  auto groups = two_groups();
  for (const double number : {10, 30}) std::printf("%g\n", *groups.send(number));
  groups.next();  // nothing is sent: the group ends
  std::printf("%g\n", *groups.send(7));
  groups.close();

  const int firsts[]{1, 2};
  for (const int value : gossamer::chain(firsts, std::views::iota(3, 5))) std::printf("%d ", value);
  std::puts("");
}
