#include <cerrno>
#include <cstdio>
#include <fmt/format.h>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "crawler/cli/batch.h"
#include "crawler/cli/commands.h"
#include "crawler/cli/input.h"
#include "crawler/cli/link_json.h"
#include "crawler/cli/report_error.h"
#include "crawler/robots.h"
#include "net/http/url.h"
#include "plugins/document_base.h"
#include "plugins/plugin_loader.h"

namespace gossamer {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

struct LinksFlags {
  std::string input;
  std::string base;
  bool jsonl = false;
  bool batch = false;
  NetworkFlags network;
};

// Calls `visit` with the object of each link of the page, in document order. Gives ParsedPage::damage.
template <class Visit>
Result<std::string> for_each_link(const ParserRegistry& parsers, const Input& input,
                                  const NetworkFlags& network, Visit visit) {
  Result<std::optional<Url>> page_url = parse_base_flag(input.url);
  if (!page_url) return std::unexpected(page_url.error());
  const std::string_view type =
      input.content_type.empty() ? "text/html" : std::string_view(input.content_type);
  const auto page = parsers.parse(type, {.url = input.url,
                                         .content_type = input.content_type,
                                         .body = input.body,
                                         .robots_agent = product_token(network.user_agent)});
  if (!page) return std::unexpected(page.error());
  const DocumentBase base(*page, std::move(*page_url));
  const bool nofollow = page->robots.nofollow || input.robots.nofollow;
  for (const Link& link : page->links) visit(link_json(link, base, nofollow));
  return page->damage;
}

Result<> print_links(const ParserRegistry& parsers, const LinksFlags& flags) {
  Result<Input> input = read_input(flags.input, flags.network);
  if (!input) return std::unexpected(input.error());
  warn_of_status("links", *input);
  if (!flags.base.empty()) input->url = flags.base;
  const auto damage = for_each_link(parsers, *input, flags.network, [](const ordered_json& link) {
    const std::string line = json_line(link);
    std::fwrite(line.data(), 1, line.size(), stdout);
  });
  if (!damage) return std::unexpected(damage.error());
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
    return fail(ErrorClass::io, errno_message("cannot write to standard output", errno));
  return damage->empty() ? Result<>() : fail(ErrorClass::parse, *damage);
}

// {"html"|"file": string, "base": string|null} is answered by {"links": [...]}, with "damage" where the page
// could not be read on.
Result<ordered_json> answer(const ParserRegistry& parsers, const NetworkFlags& network, const json& request) {
  const Result<Input> input = read_request(request);
  if (!input) return std::unexpected(input.error());
  ordered_json links = ordered_json::array();
  const auto read = for_each_link(parsers, *input, network,
                                  [&links](ordered_json link) { links.push_back(std::move(link)); });
  if (!read) return std::unexpected(read.error());
  ordered_json answer{{"links", std::move(links)}};
  if (!read->empty()) answer["damage"] = *read;
  return answer;
}

Result<> run(const LinksFlags& flags) {
  const auto parsers = load_parsers({});
  if (!parsers) return std::unexpected(parsers.error());
  if (!flags.batch) return print_links(*parsers, flags);
  return answer_requests([&](const json& request) { return answer(*parsers, flags.network, request); });
}

}  // namespace

void add_links_command(CLI::App& app, int& exit_code) {
  auto flags = std::make_shared<LinksFlags>();
  CLI::App* command =
      app.add_subcommand("links", "Print the links of a page, one JSON object a line, in document order");
  CLI::Option* input =
      command->add_option("input", flags->input, "A file with HTML, a URL to fetch, or - for standard input")
          ->type_name("FILE|URL|-");
  command
      ->add_option(
          "--base", flags->base,
          "The URL of the page, if not where it came from; without any relative links stay as they are")
      ->type_name("URL");
  command->add_flag("--jsonl", flags->jsonl, "One JSON object a line, which is also what comes without it");
  CLI::Option* batch = command->add_flag(
      "--batch", flags->batch,
      R"(Answer each line {"html"|"file":..., "base":...} of standard input by a line {"links":[...]}, with "damage" if it could not be read on, or {"error":...})");
  batch->excludes(input);
  add_network_flags(*command, flags->network);
  command->footer("A link has url, tag, rel, text and nofollow: its own or the whole page's.");
  command->callback([flags, &exit_code] {
    if (!flags->batch && flags->input.empty()) {
      exit_code = report_error("links", {ErrorClass::invalid_input, Phase::none,
                                         "no input: name a file or a URL, or - for standard input"});
      return;
    }
    const auto ok = run(*flags);
    exit_code = ok ? kExitDone : report_error("links", ok.error());
  });
}

}  // namespace gossamer
