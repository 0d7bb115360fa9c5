#include <array>
#include <fmt/format.h>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "crawler/cli/commands.h"
#include "crawler/cli/control_client.h"
#include "crawler/cli/report_error.h"
#include "crawler/cli/units.h"
#include "net/coro/run.h"

namespace gossamer {
namespace {

using Json = nlohmann::json;

struct CtlFlags {
  std::string database;
  bool jsonl = false;
  std::string command;
  std::string argument;
};

constexpr std::chrono::seconds kPatience{60};
constexpr std::chrono::minutes kDropPatience{30};  // it looks at every pending URL

// The answer as one line for a person.
std::string in_words(const std::string& command, const Json& answer) {
  const auto number = [&](const char* key) { return answer.value(key, std::uint64_t{0}); };
  if (command == "pause") {
    return fmt::format("paused: {} pending; {} in flight, brought to their end",
                       counted(number("pending"), "URL"), number("in_flight"));
  }
  if (command == "resume") return fmt::format("running: {} pending", counted(number("pending"), "URL"));
  if (command == "pause-host" || command == "resume-host") {
    return fmt::format("{}: {} ({})", answer.value("host", ""), answer.value("state", ""),
                       counted(number("origins"), "origin"));
  }
  if (command == "drop") {
    std::string text = fmt::format("dropped {} as filtered (pattern): {}",
                                   counted(number("dropped"), "pending URL"), answer.value("rule", ""));
    if (number("in_flight") > 0)
      text += fmt::format("; {} in flight, brought to their end", number("in_flight"));
    return text;
  }
  if (command == "stop") return "stopping: what was fetched is being stored";
  const auto paused = answer.find("paused_for");
  const bool is_paused = paused != answer.end() && paused->is_number();
  const double since = is_paused ? paused->get<double>() : answer.value("elapsed", 0.0);
  std::string text = fmt::format(
      "{} for {}: {} pending, {} in flight, {} done, {} failed, {} filtered, {} pages/s",
      answer.value("state", ""),
      human_duration(std::chrono::milliseconds(static_cast<std::int64_t>(since * 1000))),
      grouped(number("pending")), grouped(number("in_flight_total")), grouped(number("done")),
      grouped(number("failed")), grouped(number("filtered")), answer.value("pages_per_second", 0.0));
  const Json hosts = answer.value("hosts", Json::object());
  for (const char* state : {"paused", "resting"}) {
    const auto count = hosts.value(state, std::uint64_t{0});
    if (count > 0) text += fmt::format(", {} {}", counted(count, "host"), state);
  }
  const auto budget = number("memory_budget");
  if (budget > 0) {
    text += fmt::format(", {} in use (--memory {})", human_bytes(number("memory_used")), format_size(budget));
  }
  return text;
}

int run_ctl(const CtlFlags& flags) {
  Json request{{"command", flags.command}};
  if (!flags.argument.empty()) request["argument"] = flags.argument;
  EventLoop loop;
  const auto answer = run(loop, ask_crawl, flags.database,
                          request.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n",
                          flags.command == "drop" ? std::chrono::seconds(kDropPatience) : kPatience);
  if (!answer) return report_error("ctl", answer.error());
  const Json json = Json::parse(*answer, nullptr, false);
  if (!json.is_object()) return report_error("ctl", {ErrorClass::protocol, Phase::none, "no JSON came back"});
  if (const auto error = json.find("error"); error != json.end()) {
    const bool usage = json.value("usage", false);
    return report_error("ctl", {usage ? ErrorClass::invalid_input : ErrorClass::refused, Phase::none,
                                error->is_string() ? error->get<std::string>() : error->dump()});
  }
  fmt::print("{}\n", flags.jsonl ? *answer : in_words(flags.command, json));
  return kExitDone;
}

struct Verb {
  const char* name;
  const char* argument;  // null: it takes none
  const char* help;
};

constexpr std::array<Verb, 7> kVerbs{{
    {"pause", nullptr, "Begin no further URL; those in flight are brought to their end"},
    {"resume", nullptr, "Go on"},
    {"pause-host", "HOST",
     "Pause one host: a host name with all its origins, or an origin (http://HOST:PORT)"},
    {"resume-host", "HOST", "Go on with one host"},
    {"drop", "PATTERN",
     "Filter every pending URL in which this RE2 is found, and those found later, also after a restart"},
    {"stop", nullptr, "End the crawl with its state saved, like SIGINT"},
    {"status", nullptr,
     "Tell where it stands; --jsonl also hosts, memory, and what each URL in flight waits for"},
}};

std::string verbs() {
  std::string names;
  for (const Verb& verb : kVerbs) names += fmt::format("{}{}", names.empty() ? "" : ", ", verb.name);
  return names;
}

}  // namespace

void add_ctl_command(CLI::App& app, int& exit_code) {
  auto flags = std::make_shared<CtlFlags>();
  CLI::App* const command =
      app.add_subcommand("ctl", "Steer a crawl that is running: pause, drop URLs, stop");
  command->add_option("database", flags->database, "The database the crawl works on")
      ->type_name("CRAWL.DB")
      ->required();
  command->add_flag("--jsonl", flags->jsonl, "The answer as one JSON object");
  // A word that is none of the subcommands is told which there are.
  command->allow_extras();
  command->parse_complete_callback([command] {
    const std::vector<std::string> extras = command->remaining();
    if (extras.empty()) return;
    if (!command->get_subcommands().empty() || extras.front().starts_with('-')) {
      throw CLI::ExtrasError(extras);
    }
    throw CLI::ValidationError(fmt::format("it cannot '{}'; give one of {}", extras.front(), verbs()));
  });
  command->require_subcommand(0, 1);
  command->callback([command, &exit_code] {
    if (!command->get_subcommands().empty()) return;
    exit_code = report_error(
        "ctl", {ErrorClass::invalid_input, Phase::none, fmt::format("what is it to do? One of {}", verbs())});
  });
  command->footer(
      "The crawl listens on CRAWL.DB.ctl, a Unix socket that only its own user may use. SIGUSR1 has it "
      "print\n"
      "its state to stderr.\n"
      "Exit: 0 done; 1 no crawl runs on that database, or it refused; 2 bad usage, a pattern or a database "
      "that\n"
      "is none.");
  for (const Verb& verb : kVerbs) {
    CLI::App* const sub = command->add_subcommand(verb.name, verb.help);
    sub->fallthrough();  // --jsonl may follow
    if (verb.argument) {
      sub->add_option(verb.argument, flags->argument, verb.help)->type_name("TEXT")->required();
    }
    sub->callback([flags, name = verb.name, &exit_code] {
      flags->command = name;
      exit_code = run_ctl(*flags);
    });
  }
}

}  // namespace gossamer
