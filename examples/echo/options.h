// What both echo programs take from the command line: `PROGRAM [--selector KIND] [NUMBER]...`
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "net/loop/event_loop.h"

struct EchoOptions {
  gossamer::SelectorKind selector = gossamer::SelectorKind::epoll;
  std::vector<int> numbers;
};

[[noreturn]] inline void give_up(std::string_view why) {
  std::fprintf(stderr, "%.*s\n", static_cast<int>(why.size()), why.data());
  std::exit(1);
}

inline EchoOptions parse_echo_options(int argc, char** argv) {
  EchoOptions options;
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) != "--selector" || i + 1 == argc) {
      options.numbers.push_back(std::atoi(argv[i]));
      continue;
    }
    const auto kind = gossamer::parse_selector_kind(argv[++i]);
    if (!kind) give_up(kind.error().message);
    options.selector = *kind;
  }
  return options;
}
