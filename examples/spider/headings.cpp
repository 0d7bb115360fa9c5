#include "crawler/run_spider.h"

struct Headings : gossamer::Spider {
  gossamer::AsyncGenerator<gossamer::Output> parse(gossamer::Page page) override {
    for (const gossamer::Node& heading : page.css("h1, h2")) {
      co_yield gossamer::Item{{"page", page.url()}, {"heading", heading.text()}};
    }
  }
};

int main(int argc, char** argv) { return gossamer::run_spider<Headings>(argc, argv); }
