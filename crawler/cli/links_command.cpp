#include <cerrno>
#include <cstdio>
#include <fmt/format.h>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "crawler/cli/commands.h"
#include "crawler/cli/input.h"
#include "crawler/cli/report_error.h"
#include "net/http/url.h"
#include "plugins/base_url.h"
#include "plugins/html/html_parser.h"

namespace gossamer {
namespace {

using nlohmann::ordered_json;

struct LinksFlags {
  std::string input;
  std::string base;
  bool jsonl = false;
  bool batch = false;
};

std::string to_line(const ordered_json& object) {
  return object.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + '\n';
}

Result<std::optional<Url>> parse_base(std::string_view base) {
  if (base.empty()) return std::nullopt;
  Result<Url> url = Url::parse(base);
  if (!url) {
    return fail(ErrorClass::invalid_input,
                fmt::format("the base {} is not an absolute URL: {}", base, url.error().message));
  }
  return std::optional(std::move(*url));
}

// Calls `visit` with the object of each link of the page, in document order.
template <class Visit>
Result<> for_each_link(const Input& input, std::optional<Url> page_url, Visit visit) {
  const auto page = HtmlParser().parse({input.url, input.content_type, input.body});
  if (!page) return std::unexpected(page.error());
  const std::optional<Url> base = document_base_url(page->base, std::move(page_url));
  for (const Link& link : page->links) {
    const Result<Url> url = base.has_value() ? Url::parse(link.url, *base) : Url::parse(link.url);
    visit(ordered_json{{"url", url ? url->href() : link.url},
                       {"tag", to_string(link.tag)},
                       {"rel", link.rel},
                       {"text", link.text},
                       {"nofollow", link.nofollow || page->nofollow}});
  }
  return {};
}

Result<> print_links(const LinksFlags& flags) {
  const Result<Input> input = read_input(flags.input);
  if (!input) return std::unexpected(input.error());
  Result<std::optional<Url>> base = parse_base(flags.base.empty() ? input->url : flags.base);
  if (!base) return std::unexpected(base.error());
  return for_each_link(*input, std::move(*base),
                       [](const ordered_json& link) { std::cout << to_line(link); });
}

// A request {"html"|"file": string, "base": string|null} is answered by {"links": [...]} or {"error":
// string}.
Result<ordered_json> answer(const std::string& line) {
  const ordered_json request = ordered_json::parse(line, nullptr, false);
  const auto string_at = [&request](const char* key) -> std::optional<std::string> {
    const auto found = request.find(key);
    if (found == request.end() || !found->is_string()) return std::nullopt;
    return found->get<std::string>();
  };
  const bool is_object = request.is_object();
  const std::optional<std::string> html = is_object ? string_at("html") : std::nullopt;
  const std::optional<std::string> file = is_object ? string_at("file") : std::nullopt;
  if (html.has_value() == file.has_value()) {
    return fail(ErrorClass::invalid_input,
                R"(not a request; right would be {"html": "<a href=...>", "base": "https://example.com/"} )"
                R"(or {"file": "page.html"} on one line)");
  }

  Result<Input> input = html.has_value() ? Input{*html, "", "text/html; charset=utf-8"} : read_input(*file);
  if (!input) return std::unexpected(input.error());
  Result<std::optional<Url>> base = parse_base(string_at("base").value_or(""));
  if (!base) return std::unexpected(base.error());
  ordered_json links = ordered_json::array();
  const auto read = for_each_link(*input, std::move(*base),
                                  [&links](ordered_json link) { links.push_back(std::move(link)); });
  if (!read) return std::unexpected(read.error());
  return ordered_json{{"links", std::move(links)}};
}

void answer_requests() {
  std::string line;
  while (std::getline(std::cin, line)) {
    const Result<ordered_json> reply = answer(line);
    std::cout << to_line(reply ? *reply : ordered_json{{"error", reply.error().message}}) << std::flush;
  }
}

Result<> run(const LinksFlags& flags) {
  std::ios::sync_with_stdio(false);
  if (flags.batch) {
    answer_requests();
  } else if (auto printed = print_links(flags); !printed) {
    return printed;
  }
  if (!std::cout.flush())
    return fail(ErrorClass::io, errno_message("cannot write to standard output", errno));
  return {};
}

}  // namespace

void add_links_command(CLI::App& app, int& exit_code) {
  auto flags = std::make_shared<LinksFlags>();
  CLI::App* command =
      app.add_subcommand("links", "Print the links of a page, one JSON object a line, in document order");
  CLI::Option* input = command->add_option("input", flags->input, "A file with HTML; - is standard input")
                           ->type_name("FILE|-");
  command
      ->add_option("--base", flags->base, "The URL of the page; without it relative links stay as they are")
      ->type_name("URL");
  command->add_flag("--jsonl", flags->jsonl, "One JSON object a line, which is also what comes without it");
  CLI::Option* batch = command->add_flag(
      "--batch", flags->batch,
      R"(Answer each line {"html"|"file":..., "base":...} of standard input by a line {"links":[...]} or {"error":...})");
  batch->excludes(input);
  command->footer("A link has url, tag, rel, text and nofollow: its own or the whole page's.");
  command->callback([flags, &exit_code] {
    if (!flags->batch && flags->input.empty()) {
      exit_code = report_error("links", {ErrorClass::invalid_input, Phase::none,
                                         "no input: name a file, or - for standard input"});
      return;
    }
    const auto ok = run(*flags);
    exit_code = ok ? kExitDone : report_error("links", ok.error());
  });
}

}  // namespace gossamer
