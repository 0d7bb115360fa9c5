#include <string>

#include "crawler/run_spider.h"

namespace gossamer {
namespace {

// Yields as many items of 1,000 bytes as the page's title says, and does not look at the page's links.
class GenerousSpider : public Spider {
 public:
  AsyncGenerator<Output> parse(Page page) override {
    const int count = std::stoi("0" + std::string(page.title()));
    for (int i = 0; i < count; ++i) co_yield Item{{"number", i}, {"filler", std::string(970, 'x')}};
  }
};

}  // namespace
}  // namespace gossamer

int main(int argc, char** argv) { return gossamer::run_spider<gossamer::GenerousSpider>(argc, argv); }
