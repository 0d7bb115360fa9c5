#include <csignal>
#include <cstdio>
#include <fmt/core.h>
#include <memory>
#include <string>

#include "crawler/cli/commands.h"
#include "crawler/cli/report_error.h"
#include "net/coro/event.h"
#include "net/coro/run.h"
#include "net/http/http_server.h"
#include "net/http/static_files.h"
#include "net/loop/signal_watch.h"

namespace gossamer {
namespace {

struct ServeFlags {
  std::string directory;
  std::string bind = "127.0.0.1";
  std::uint16_t port = 8000;
};

// Serves until `stop` is set or accepting fails, which sets it too.
Task<> serve_and_tell(HttpServer* server, Event* stop, Result<>* outcome) {
  *outcome = co_await server->serve();
  stop->set();
}

Task<> serve_until(TaskGroup& group, HttpServer* server, Event* stop, Result<>* outcome) {
  auto serving = group.create_task(&serve_and_tell, server, stop, outcome);
  co_await stop->wait();
  serving.cancel();
}

Task<Result<>> serve(ServeFlags flags, HttpHandler handler, IpAddress address) {
  const auto server = HttpServer::listen({address, flags.port}, std::move(handler));
  if (!server) co_return std::unexpected(server.error());
  Event stop;
  const SignalWatch signals(EventLoop::current(), {SIGINT, SIGTERM}, [&stop](int) { stop.set(); });
  fmt::print("serving {} on http://{}/\n", flags.directory, (*server)->address().to_string());
  std::fflush(stdout);
  Result<> outcome;
  co_await with_task_group(&serve_until, server->get(), &stop, &outcome);
  co_return outcome;
}

int run_serve(const ServeFlags& flags) {
  auto handler = static_file_handler(flags.directory);
  if (!handler) return report_error("serve", handler.error());
  const auto address = IpAddress::parse(flags.bind);
  if (!address) {
    return report_error("serve",
                        {ErrorClass::invalid_input, Phase::none,
                         fmt::format("--bind: \"{}\" is not an IP address, as 127.0.0.1 or ::", flags.bind)});
  }
  EventLoop loop;
  const auto served = run(loop, &serve, flags, std::move(*handler), *address);
  return served ? kExitDone : report_error("serve", served.error());
}

}  // namespace

void add_serve_command(CLI::App& app, int& exit_code) {
  auto flags = std::make_shared<ServeFlags>();
  CLI::App* command =
      app.add_subcommand("serve", "Serve the files of a directory over HTTP until interrupted");
  command->add_option("directory", flags->directory, "Its index.html is the front page")
      ->type_name("DIR")
      ->required();
  command->add_option("--port", flags->port, "0 takes a free one; the address is printed")
      ->type_name("N")
      ->capture_default_str();
  command->add_option("--bind", flags->bind, "Address to listen on; 0.0.0.0 or :: for all")
      ->type_name("ADDR")
      ->capture_default_str();
  command->callback([flags, &exit_code] { exit_code = run_serve(*flags); });
}

}  // namespace gossamer
