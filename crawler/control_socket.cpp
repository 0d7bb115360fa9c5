#include "crawler/control_socket.h"

#include <array>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>
#include <utility>

namespace gossamer {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kCommands = "pause, resume, pause-host, resume-host, drop, stop or status";

std::string line_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string error_line(const Error& error) {
  const bool usage =
      error.error_class == ErrorClass::invalid_input || error.error_class == ErrorClass::not_found;
  return line_of({{"error", error.message}, {"usage", usage}});
}

struct Request {
  std::string command;
  std::string argument;
};

Result<Request> parse_request(std::string_view line) {
  const Json json = Json::parse(line, nullptr, false);
  const auto text = [&](const char* key) -> std::string {
    const auto found = json.find(key);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  if (!json.is_object() || text("command").empty()) {
    return fail(ErrorClass::invalid_input, R"(a request is a line like {"command":"status"})");
  }
  return Request{.command = text("command"), .argument = text("argument")};
}

// "\n"-ended pieces of a stream, each of a bounded length.
class LineReader {
 public:
  LineReader(Stream& stream, std::size_t most) : stream_(stream), most_(most) {}

  // Without its newline; nullopt at the end of the stream. Errors: too_large, timeout, io.
  Task<Result<std::optional<std::string>>> next(Deadline deadline) {
    while (true) {
      const std::size_t end = input_.find('\n');
      if (end != std::string::npos && end <= most_) {
        std::string line = input_.substr(0, end);
        input_.erase(0, end + 1);
        co_return line;
      }
      if (input_.size() > most_) {
        co_return fail(ErrorClass::too_large, fmt::format("a request has at most {} bytes", most_));
      }
      std::array<char, 4096> buffer;
      const auto count = co_await stream_.read_some(buffer, deadline);
      if (!count) co_return std::unexpected(count.error());
      if (*count == 0) co_return std::nullopt;
      input_.append(buffer.data(), *count);
    }
  }

 private:
  Stream& stream_;
  std::size_t most_;
  std::string input_;
};

}  // namespace

std::string control_path(const std::string& database) { return database + ".ctl"; }

Result<std::unique_ptr<ControlSocket>> ControlSocket::open(const std::string& database, CrawlControl& control,
                                                           Options options) {
  auto listener = UnixListener::listen(control_path(database));
  if (!listener) return std::unexpected(std::move(listener.error()));
  return std::unique_ptr<ControlSocket>(new ControlSocket(std::move(*listener), control, options));
}

Task<Result<>> ControlSocket::serve() { return with_task_group(&ControlSocket::accept_all, this); }

Task<Result<>> ControlSocket::accept_all(TaskGroup& group, ControlSocket* self) {
  while (true) {
    Permit permit = co_await self->clients_.acquire();
    auto stream = co_await self->listener_->accept();
    if (!stream) co_return std::unexpected(std::move(stream.error()));
    group.create_task(&ControlSocket::serve_client, self, std::move(*stream), std::move(permit));
  }
}

Task<> ControlSocket::serve_client(ControlSocket* self, std::unique_ptr<UnixStream> stream, Permit) {
  const auto deadline = [self] { return EventLoop::current().now() + self->options_.patience; };
  // The file's mode says so already; whoever inherited a descriptor or changed the mode is told here.
  const auto user = stream->peer_user();
  if (!user || *user != ::geteuid()) {
    [[maybe_unused]] const auto told = co_await stream->write_all(
        error_line({ErrorClass::refused, Phase::none, "this crawl belongs to another user"}), deadline());
    co_return;
  }
  LineReader lines(*stream, self->options_.max_request);
  while (true) {
    auto line = co_await lines.next(deadline());
    const bool too_long = !line && line.error().error_class == ErrorClass::too_large;
    if (!too_long && (!line || !*line)) co_return;
    Result<std::string> answer =
        too_long ? std::unexpected(line.error()) : co_await self->answer(std::move(**line));
    const std::string bytes = answer ? *answer : error_line(answer.error());
    if (const auto sent = co_await stream->write_all(bytes, deadline()); !sent || too_long) co_return;
  }
}

Task<Result<std::string>> ControlSocket::answer(std::string line) {
  const auto request = parse_request(line);
  if (!request) co_return std::unexpected(request.error());
  const auto& [command, argument] = *request;
  const bool takes_argument = command == "pause-host" || command == "resume-host" || command == "drop";
  if (takes_argument && argument.empty()) {
    co_return fail(ErrorClass::invalid_input,
                   fmt::format("{} needs {}", command, command == "drop" ? "a pattern" : "a host"));
  }
  if (command == "pause" || command == "resume") {
    command == "pause" ? control_.pause() : control_.resume();
    const CrawlState state = co_await control_.state();
    co_return line_of({{"state", to_string(state.mode)},
                       {"in_flight", state.in_flight.size()},
                       {"pending", state.pending}});
  }
  if (command == "pause-host" || command == "resume-host") {
    const auto origins =
        command == "pause-host" ? control_.pause_host(argument) : control_.resume_host(argument);
    if (!origins) co_return std::unexpected(origins.error());
    co_return line_of({{"host", argument},
                       {"state", command == "pause-host" ? "paused" : "running"},
                       {"origins", *origins}});
  }
  if (command == "drop") {
    const auto report = co_await control_.drop(argument);
    if (!report) co_return std::unexpected(report.error());
    co_return line_of(
        {{"rule", "ctl drop " + argument}, {"dropped", report->dropped}, {"in_flight", report->in_flight}});
  }
  if (command == "stop") {
    control_.stop();
    co_return line_of({{"state", "stopping"}});
  }
  if (command == "status") co_return state_json(co_await control_.state()) + "\n";
  co_return fail(ErrorClass::invalid_input,
                 fmt::format("there is no command {}; it is {}", command, kCommands));
}

}  // namespace gossamer
