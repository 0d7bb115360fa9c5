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
#include "crawler/robots.h"
#include "plugins/charset.h"
#include "plugins/document.h"
#include "plugins/document_base.h"
#include "plugins/json_document.h"
#include "plugins/plugin_loader.h"
#include "plugins/query_error.h"

namespace gossamer {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

struct ParseFlags {
  std::string input;
  std::string base;
  std::string content_type;
  std::vector<std::string> plugin;
  std::optional<std::string> css;
  std::optional<std::string> xpath;
  std::optional<std::string> pointer;
  bool jsonl = false;
  bool batch = false;
  NetworkFlags network;
};

Result<> write_out(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0) return {};
  return fail(ErrorClass::io, errno_message("cannot write to standard output", errno));
}

// Of an item that cannot be built and written, nested too deep for that, the text.
ordered_json item_json(const std::string& item) {
  if (!JsonDocument::parse(item)) return item;
  ordered_json object = ordered_json::parse(item, nullptr, false);
  return object.is_discarded() ? ordered_json(item) : object;
}

ordered_json page_json(const ParsedPage& page, const Input& input, std::string_view url,
                       const DocumentBase& base) {
  RobotsDirectives robots = page.robots;
  robots |= input.robots;
  ordered_json hreflang = ordered_json::array();
  for (const Hreflang& other : page.hreflang)
    hreflang.push_back({{"lang", other.language}, {"url", resolved(other.url, base)}});
  ordered_json open_graph = ordered_json::array();
  for (const MetaProperty& property : page.open_graph)
    open_graph.push_back({{"property", property.name}, {"content", property.content}});
  ordered_json links = ordered_json::array();
  for (const Link& link : page.links) links.push_back(link_json(link, base, robots.nofollow));
  ordered_json items = ordered_json::array();
  for (const std::string& item : page.items) items.push_back(item_json(item));
  return {{"url", url},
          {"title", page.title},
          {"description", page.description},
          {"language", page.language},
          {"encoding", page.encoding},
          {"base", base.url() ? base.url()->without_fragment() : std::string_view{}},
          {"canonical", page.canonical.empty() ? std::string() : resolved(page.canonical, base)},
          {"robots", {{"noindex", robots.noindex}, {"nofollow", robots.nofollow}}},
          {"hreflang", std::move(hreflang)},
          {"open_graph", std::move(open_graph)},
          {"json_ld", page.json_ld},
          {"links", std::move(links)},
          {"items", std::move(items)},
          {"damage", page.damage.empty() ? ordered_json() : ordered_json(page.damage)}};
}

Result<ordered_json> parse_page(const ParserRegistry& parsers, const Input& input,
                                const NetworkFlags& network) {
  auto page_url = parse_base_flag(input.url);
  if (!page_url) return std::unexpected(page_url.error());
  const std::string url(*page_url ? (*page_url)->href() : std::string_view{});
  const std::string_view media_type =
      input.content_type.empty() ? "text/html" : std::string_view(input.content_type);
  const auto page = parsers.parse(media_type, {.url = url,
                                               .content_type = input.content_type,
                                               .body = input.body,
                                               .robots_agent = product_token(network.user_agent)});
  if (!page) return std::unexpected(page.error());
  return page_json(*page, input, url, DocumentBase(*page, std::move(*page_url)));
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

Result<> print_value(const Input& input, const std::string& pointer) {
  const auto document = JsonDocument::parse(input.body);
  if (!document) return std::unexpected(document.error());
  const auto found = document->find(pointer);
  if (!found) return std::unexpected(found.error());
  return *found == nullptr ? Result<>()
                           : write_out((*found)->dump(-1, ' ', false, json::error_handler_t::replace) + '\n');
}

// Of a mistake in a query the place is shown below the message.
Result<> with_marked_column(Result<> done, std::string_view query) {
  if (done || done.error().error_class != ErrorClass::invalid_input) return done;
  if (const std::string lines = marked_column(done.error().message, query); !lines.empty())
    done.error().message += "\n" + lines;
  return done;
}

Result<> run(const ParseFlags& flags) {
  if (!flags.batch && flags.input.empty()) {
    return fail(ErrorClass::invalid_input, "no input: name a file or a URL, or - for standard input");
  }
  const auto parsers = load_parsers(flags.plugin, true);
  if (!parsers) return std::unexpected(parsers.error());
  if (flags.batch) {
    return answer_requests([&](const json& request) -> Result<ordered_json> {
      const auto input = read_request(request);
      return input ? parse_page(*parsers, *input, flags.network) : std::unexpected(input.error());
    });
  }
  auto input = read_input(flags.input, flags.network);
  if (!input) return std::unexpected(std::move(input.error()));
  warn_of_status("parse", *input);
  if (!flags.content_type.empty()) input->content_type = flags.content_type;
  if (!flags.base.empty()) input->url = flags.base;
  if (flags.pointer) return with_marked_column(print_value(*input, *flags.pointer), *flags.pointer);
  if (flags.css) return with_marked_column(print_matches(*input, flags), *flags.css);
  if (flags.xpath) return with_marked_column(print_matches(*input, flags), *flags.xpath);
  auto page = parse_page(*parsers, *input, flags.network);
  if (!page) {
    if (is_json_type(media_type_of(input->content_type)) && !parsers->claims(input->content_type))
      page.error().message += "; --pointer prints a value of JSON";
    return std::unexpected(std::move(page.error()));
  }
  if (auto written = write_out(json_line(*page)); !written) return written;
  const ordered_json& damage = page->at("damage");
  return damage.is_null() ? Result<>() : fail(ErrorClass::parse, damage.get<std::string>());
}

}  // namespace

void add_parse_command(CLI::App& app, int& exit_code) {
  auto flags = std::make_shared<ParseFlags>();
  CLI::App* command = app.add_subcommand(
      "parse", "Print what a page holds: metadata, links, items, or what a selector matches");
  CLI::Option* input =
      command->add_option("input", flags->input, "A file, a URL to fetch, or - for standard input");
  input->type_name("FILE|URL|-");
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
  CLI::Option* xpath = command->add_option("--xpath", flags->xpath,
                                           "Print what the XPath 1.0 expression gives, e.g. '//a/@href'");
  xpath->type_name("EXPR")->excludes(css)->excludes(plugin);
  CLI::Option* pointer = command->add_option(
      "--pointer", flags->pointer,
      "Of a JSON body print the value at the JSON Pointer, e.g. /items/0/name; nothing if there is none");
  pointer->type_name("POINTER")->excludes(css)->excludes(xpath)->excludes(plugin);
  command->add_flag("--jsonl", flags->jsonl,
                    "Of --css and --xpath print an object for each match: kind, name, value, text");
  command
      ->add_flag(
          "--batch", flags->batch,
          R"(Answer each line {"html"|"file":..., "base":...} of standard input by the object or {"error":...})")
      ->excludes(input)
      ->excludes(css)
      ->excludes(xpath)
      ->excludes(pointer);
  add_network_flags(*command, flags->network);
  command->footer(
      "Prints one JSON object: url, title, description, language, encoding, base, canonical, robots, "
      "hreflang, "
      "open_graph, json_ld, links, items (of a feed its entries), damage: where it could not be read on.");
  command->callback([flags, &exit_code] {
    const auto done = run(*flags);
    exit_code = done ? kExitDone : report_error("parse", done.error());
  });
}

}  // namespace gossamer
