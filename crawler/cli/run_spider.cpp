#include "crawler/run_spider.h"

#include <CLI/CLI.hpp>

#include "crawler/cli/commands.h"
#include "crawler/cli/crawl_command.h"
#include "crawler/cli/report_error.h"

namespace gossamer {

int run_spider(int argc, char** argv, Spider& spider) {
  CLI::App app{"A Gossamer spider"};
  CrawlFlags flags(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitDone : kExitUsage;
  }
  auto parsed = flags.finish();
  if (!parsed) return report_error("crawl", parsed.error());
  return run_crawl(*parsed, "crawl", &spider);
}

}  // namespace gossamer
