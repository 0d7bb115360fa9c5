#include <cerrno>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "crawler/cli/batch.h"
#include "crawler/cli/commands.h"
#include "crawler/cli/input.h"
#include "crawler/cli/link_json.h"
#include "crawler/cli/report_error.h"
#include "plugins/base_url.h"
#include "plugins/document.h"
#include "plugins/plugin_loader.h"

namespace gossamer {
namespace {

using nlohmann::ordered_json;

struct ParseFlags {
  std::string input;
  std::string base;
  std::string content_type;
  std::vector<std::string> plugin;
  std::optional<std::string> css;
  std::optional<std::string> xpath;
  bool jsonl = false;
  NetworkFlags network;
};

Result<> write_out(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0) return {};
  return fail(ErrorClass::io, errno_message("cannot write to standard output", errno));
}

// One line. Items stand in it as their parser wrote them.
std::string page_line(const ParsedPage& page, std::string_view url, const std::optional<Url>& base) {
  ordered_json links = ordered_json::array();
  for (const Link& link : page.links) links.push_back(link_json(link, base, page.nofollow));
  const std::string canonical = page.canonical.empty() ? std::string() : resolved(page.canonical, base);
  std::string line = json_line({{"url", url},
                                {"title", page.title},
                                {"description", page.description},
                                {"language", page.language},
                                {"encoding", page.encoding},
                                {"base", base ? base->href() : std::string_view{}},
                                {"canonical", canonical},
                                {"robots", {{"noindex", page.noindex}, {"nofollow", page.nofollow}}},
                                {"links", std::move(links)}});
  line.resize(line.rfind('}'));
  line += ",\"items\":[";
  for (std::size_t i = 0; i < page.items.size(); ++i) line.append(i == 0 ? "" : ",").append(page.items[i]);
  return line + "]}\n";
}

Result<> print_page(const Input& input, const ParseFlags& flags) {
  const auto parsers = load_parsers(flags.plugin);
  if (!parsers) return std::unexpected(parsers.error());
  auto page_url = parse_base_flag(flags.base.empty() ? input.url : flags.base);
  if (!page_url) return std::unexpected(page_url.error());
  const std::string url(*page_url ? (*page_url)->href() : std::string_view{});

  const std::string_view media_type =
      input.content_type.empty() ? "text/html" : std::string_view(input.content_type);
  const auto page =
      parsers->parse(media_type, {.url = url, .content_type = input.content_type, .body = input.body});
  if (!page) return std::unexpected(page.error());
  return write_out(page_line(*page, url, document_base_url(page->base, std::move(*page_url))));
}

std::string_view to_string(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::element:
      return "element";
    case Node::Kind::text:
      return "text";
    case Node::Kind::attribute:
      return "attribute";
    case Node::Kind::comment:
      return "comment";
    case Node::Kind::value:
      return "value";
  }
  return "";
}

Result<> print_matches(const Input& input, const ParseFlags& flags) {
  const auto document = Document::parse(input.body, input.content_type);
  if (!document) return std::unexpected(document.error());
  const auto found = flags.css ? document->try_css(*flags.css) : document->try_xpath(*flags.xpath);
  if (!found) return std::unexpected(found.error());
  std::string out;
  for (const Node& node : *found) {
    if (!flags.jsonl) {
      out += node.get() + "\n";
    } else {
      out += json_line({{"kind", to_string(node.kind())},
                        {"name", node.name()},
                        {"value", node.get()},
                        {"text", node.text()}});
    }
  }
  return write_out(out);
}

Result<> run(const ParseFlags& flags) {
  auto input = read_input(flags.input, flags.network);
  if (!input) return std::unexpected(std::move(input.error()));
  if (!flags.content_type.empty()) input->content_type = flags.content_type;
  return flags.css || flags.xpath ? print_matches(*input, flags) : print_page(*input, flags);
}

}  // namespace

void add_parse_command(CLI::App& app, int& exit_code) {
  auto flags = std::make_shared<ParseFlags>();
  CLI::App* command = app.add_subcommand(
      "parse", "Print what a page holds: metadata, links, items, or what a selector matches");
  command->add_option("input", flags->input, "A file, a URL to fetch, or - for standard input")
      ->type_name("FILE|URL|-")
      ->required();
  command->add_option("--base", flags->base, "The URL of the page, if not where it came from")
      ->type_name("URL");
  command
      ->add_option("--content-type", flags->content_type,
                   "Content-Type of the page, if not what the server says; text/html for a file")
      ->type_name("TYPE");
  CLI::Option* plugin =
      command->add_option("--plugin", flags->plugin, "Load a parser plugin (repeatable)")->type_name("PATH");
  plugin->allow_extra_args(false);
  CLI::Option* css =
      command->add_option("--css", flags->css, "Print what the CSS selector matches, e.g. 'a::attr(href)'");
  css->type_name("SELECTOR")->excludes(plugin);
  command->add_option("--xpath", flags->xpath, "Print what the XPath 1.0 expression gives, e.g. '//a/@href'")
      ->type_name("EXPR")
      ->excludes(css)
      ->excludes(plugin);
  command->add_flag("--jsonl", flags->jsonl,
                    "Of --css and --xpath print an object for each match: kind, name, value, text");
  add_network_flags(*command, flags->network);
  command->footer(
      "Prints one JSON object: url, title, description, language, encoding, base, canonical, robots, links, "
      "items.");
  command->callback([flags, &exit_code] {
    const auto done = run(*flags);
    exit_code = done ? kExitDone : report_error("parse", done.error());
  });
}

}  // namespace gossamer
