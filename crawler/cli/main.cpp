#include "crawler/cli/commands.h"
#include "net/loop/event_loop.h"

namespace {

// Bad usage as one line, like every other error of a command.
std::string usage_error(const CLI::App* app, const CLI::Error& error) {
  const auto commands = app->get_subcommands();
  const std::string name = commands.empty() ? "gossamer" : "gossamer " + commands.front()->get_name();
  const auto rest = app->remaining();
  std::string what = error.what();
  if (commands.empty() && !rest.empty()) {
    what = (rest.front().starts_with('-') ? "there is no flag " : "there is no command ") + rest.front();
  }
  return name + ": " + what + "; see " + name + " --help\n";
}

}  // namespace

int main(int argc, char** argv) {
  gossamer::EventLoop::reports_long_steps = false;
  CLI::App app{"Gossamer: an async web crawler that loses nothing", "gossamer"};
  app.require_subcommand(1);
  app.set_version_flag("--version", GOSSAMER_VERSION);
  app.failure_message(usage_error);
  int exit_code = gossamer::kExitDone;
  gossamer::add_audit_command(app, exit_code);
  gossamer::add_crawl_command(app, exit_code);
  gossamer::add_ctl_command(app, exit_code);
  gossamer::add_export_command(app, exit_code);
  gossamer::add_fetch_command(app, exit_code);
  gossamer::add_links_command(app, exit_code);
  gossamer::add_parse_command(app, exit_code);
  gossamer::add_serve_command(app, exit_code);
  gossamer::add_robots_command(app, exit_code);
  gossamer::add_sitemap_command(app, exit_code);
  gossamer::add_stats_command(app, exit_code);
  gossamer::add_url_command(app, exit_code);
  gossamer::add_why_command(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? gossamer::kExitDone : gossamer::kExitUsage;
  }
  return exit_code;
}
