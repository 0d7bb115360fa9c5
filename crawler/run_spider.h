#pragma once

#include "crawler/spider.h"

namespace gossamer {

// The main() of a program with a spider of its own: the command line of `gossamer crawl`, --help included.
// Returns the exit code (0 done, 1 failed, 2 bad usage, 130 interrupted).
int run_spider(int argc, char** argv, Spider& spider);

// int main(int argc, char** argv) { return gossamer::run_spider<MySpider>(argc, argv); }
template <class MySpider>
int run_spider(int argc, char** argv) {
  MySpider spider;
  return run_spider(argc, argv, spider);
}

}  // namespace gossamer
