#include "crawler/cli/commands.h"

int main(int argc, char** argv) {
  CLI::App app{"Gossamer: an async web crawler that loses nothing", "gossamer"};
  app.require_subcommand(1);
  app.set_version_flag("--version", GOSSAMER_VERSION);
  int exit_code = gossamer::kExitDone;
  gossamer::add_crawl_command(app, exit_code);
  gossamer::add_export_command(app, exit_code);
  gossamer::add_fetch_command(app, exit_code);
  gossamer::add_links_command(app, exit_code);
  gossamer::add_serve_command(app, exit_code);
  gossamer::add_robots_command(app, exit_code);
  gossamer::add_stats_command(app, exit_code);
  gossamer::add_url_command(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? gossamer::kExitDone : gossamer::kExitUsage;
  }
  return exit_code;
}
