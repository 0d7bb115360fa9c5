// Takes the products of the generated site's pages: the crawl with items that the kill harness kills.
#include "crawler/run_spider.h"

struct Products : gossamer::Spider {
  gossamer::AsyncGenerator<gossamer::Output> parse(gossamer::Page page) override {
    for (const gossamer::Node& product : page.css(".product")) {
      co_yield gossamer::Item{{"sku", product.attr("data-sku")},
                              {"name", product.css("h2").text()},
                              {"price", product.css(".price").text()}};
    }
  }
};

int main(int argc, char** argv) { return gossamer::run_spider<Products>(argc, argv); }
