#include <fmt/format.h>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "crawler/cli/batch.h"
#include "crawler/cli/commands.h"
#include "crawler/cli/input.h"
#include "crawler/cli/report_error.h"
#include "crawler/robots.h"
#include "net/http/url.h"

namespace gossamer {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

struct RobotsFlags {
  std::string file;
  std::string agent;
  std::vector<std::string> urls;
  bool jsonl = false;
  bool batch = false;
};

// What robots.txt rules are about: path and query of a URL. A path alone will do; "" is "/".
Result<std::string> path_and_query(std::string_view url) {
  if (url.empty()) return "/";
  const auto parsed = Url::parse(url.starts_with('/') ? "http://host" + std::string(url) : url);
  if (!parsed) {
    return fail(ErrorClass::invalid_input, fmt::format("\"{}\" is no URL: {}", url, parsed.error().message));
  }
  return std::string(parsed->request_target());
}

ordered_json crawl_delay_seconds(const RobotsRules& rules) {
  const auto delay = rules.crawl_delay();
  if (!delay) return nullptr;
  if (delay->count() % 1000 == 0) return delay->count() / 1000;
  return static_cast<double>(delay->count()) / 1000;
}

ordered_json to_json(const RobotsRules& rules, const RobotsRules::Verdict& verdict) {
  return {{"allowed", verdict.allowed},
          {"line", verdict.line ? ordered_json(*verdict.line) : ordered_json()},
          {"rule", verdict.line ? ordered_json(verdict.rule) : ordered_json()},
          {"crawl_delay", crawl_delay_seconds(rules)}};
}

std::string to_text(std::string_view url, const RobotsRules::Verdict& verdict) {
  const std::string_view word = verdict.allowed ? "allow" : "disallow";
  if (!verdict.line) return fmt::format("{} {} (no rule matches)\n", word, url);
  return fmt::format("{} {} (line {}: {})\n", word, url, *verdict.line, verdict.rule);
}

// What the file says beside its rules.
void print_rest(const RobotsRules& rules, bool jsonl) {
  const ordered_json delay = crawl_delay_seconds(rules);
  if (jsonl) {
    fmt::print("{}", json_line({{"crawl_delay", delay}, {"sitemaps", rules.sitemaps()}}));
    return;
  }
  if (!delay.is_null()) fmt::print("crawl-delay {}\n", delay.dump());
  for (const std::string& sitemap : rules.sitemaps()) fmt::print("sitemap {}\n", sitemap);
}

// One line of a batch. Many lines have the file and agent of the line before, whose rules are then kept.
class Answerer {
 public:
  Result<ordered_json> operator()(const json& request) {
    auto robots = string_at(request, "robots");
    if (!robots) return std::unexpected(robots.error());
    auto agent = string_at(request, "agent");
    if (!agent) return std::unexpected(agent.error());
    const auto url = string_at(request, "url");
    if (!url) return std::unexpected(url.error());
    const auto path = path_and_query(*url);
    if (!path) return std::unexpected(path.error());
    if (*robots != robots_ || *agent != agent_) {
      rules_ = RobotsRules::parse(*robots, product_token(*agent));
      robots_ = std::move(*robots);
      agent_ = std::move(*agent);
    }
    return to_json(rules_, rules_.check(*path));
  }

 private:
  std::string robots_;
  std::string agent_;
  RobotsRules rules_;
};

Result<> run(const RobotsFlags& flags, int& exit_code) {
  if (flags.batch) return answer_requests(Answerer());
  if (flags.file.empty() || flags.agent.empty()) {
    return fail(ErrorClass::invalid_input, "needs --file and --agent, or --batch");
  }
  const auto input = read_input(flags.file);
  if (!input) return std::unexpected(input.error());
  const auto rules = RobotsRules::parse(input->body, product_token(flags.agent));
  if (flags.urls.empty()) print_rest(rules, flags.jsonl);
  for (const std::string& url : flags.urls) {
    const auto path = path_and_query(url);
    if (!path) {
      exit_code = kExitFailed;
      if (flags.jsonl) fmt::print("{}", json_line({{"url", url}, {"error", path.error().message}}));
      fmt::print(stderr, "gossamer robots: {}\n", path.error().message);
      continue;
    }
    const auto verdict = rules.check(*path);
    if (flags.jsonl) {
      ordered_json object{{"url", url}};
      object.update(to_json(rules, verdict));
      fmt::print("{}", json_line(object));
    } else {
      fmt::print("{}", to_text(url, verdict));
    }
  }
  return {};
}

}  // namespace

void add_robots_command(CLI::App& app, int& exit_code) {
  auto flags = std::make_shared<RobotsFlags>();
  CLI::App* command = app.add_subcommand(
      "robots", "Tell which URLs a robots.txt (RFC 9309) lets a crawler fetch, and the rule");
  CLI::Option* file =
      command->add_option("--file", flags->file, "The robots.txt; - is standard input")->type_name("FILE");
  CLI::Option* agent =
      command
          ->add_option("--agent", flags->agent,
                       "The crawler: its product token (Foo) or whole User-Agent (Foo/1.0 ...)")
          ->type_name("AGENT");
  CLI::Option* urls =
      command
          ->add_option("urls", flags->urls,
                       "URLs of the site, or paths; without one its Crawl-delay and sitemaps are printed")
          ->type_name("URL");
  command->add_flag("--jsonl", flags->jsonl, "One JSON object a URL");
  command
      ->add_flag("--batch", flags->batch,
                 R"(Answer each line {"robots":..., "agent":..., "url":...} of standard input by )"
                 R"({"allowed":bool, "line":N|null, "rule":...|null, "crawl_delay":seconds|null})")
      ->excludes(file)
      ->excludes(agent)
      ->excludes(urls);
  command->footer("Exit: 0 whatever the verdicts, 1 if an argument is no URL.");
  command->callback([flags, &exit_code] {
    if (const auto done = run(*flags, exit_code); !done) exit_code = report_error("robots", done.error());
  });
}

}  // namespace gossamer
