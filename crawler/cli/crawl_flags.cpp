#include "crawler/cli/crawl_flags.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <iterator>
#include <limits>
#include <utility>

#include "crawler/cli/units.h"
#include "crawler/pattern_list.h"
#include "crawler/trap_limits.h"

namespace gossamer {

namespace {

// A flag whose text `parse` turns into Result<T>; the message of its error follows the flag's name.
template <class T, class Parse>
CLI::Option* add_parsed(CLI::App& app, const std::string& name, T& field, Parse parse,
                        const std::string& help) {
  return app.add_option_function<std::string>(
      name,
      [&field, parse, name](const std::string& text) {
        auto value = parse(text);
        if (!value) throw CLI::ValidationError(name, value.error().message);
        field = *value;
      },
      help);
}

// A whole number; one too large for the field becomes the largest that is not, for the check of all options
// to refuse with the range.
template <class N>
Result<N> parse_whole(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end != text.data() + text.size() || error != std::errc() || (number < 0 && std::is_unsigned_v<N>)) {
    const std::string_view from = std::is_unsigned_v<N> ? " from 0 on" : "";
    return fail(ErrorClass::invalid_input, fmt::format("'{}' is not a whole number{}", text, from));
  }
  return std::in_range<N>(number) ? static_cast<N>(number) : std::numeric_limits<N>::max();
}

template <class N>
CLI::Option* add_whole(CLI::App& app, const std::string& name, N& field, const std::string& help) {
  return add_parsed(app, name, field, parse_whole<N>, help)
      ->type_name("N")
      ->default_str(fmt::format("{}", field));
}

template <class N>
CLI::Option* add_whole(CLI::App& app, const std::string& name, std::optional<N>& field,
                       const std::string& help) {
  return add_parsed(app, name, field, parse_whole<N>, help)->type_name("N");
}

CLI::Option* add_list(CLI::App& app, const std::string& name, std::vector<std::string>& field,
                      const std::string& help) {
  return app.add_option(name, field, help)->allow_extra_args(false);  // one value a flag, so seeds can follow
}

Result<ScopeKind> scope_of(const std::string& text) {
  if (const auto kind = parse_scope_kind(text)) return *kind;
  return fail(ErrorClass::invalid_input,
              fmt::format("'{}' is not a scope; give host, domain, prefix or any", text));
}

Result<CrawlOrder> order_of(const std::string& text) {
  if (const auto order = parse_crawl_order(text)) return *order;
  return fail(ErrorClass::invalid_input,
              fmt::format("'{}' is not an order; give breadth, depth or best", text));
}

std::string trap_help() {
  std::string help = "Change the limit of a trap rule, or turn it off (repeatable):";
  for (const TrapRule& rule : trap_rules()) {
    const std::string usual = rule.usual == 0 ? "off" : fmt::format("{}", rule.usual);
    help += fmt::format("\n{}={}: {}", rule.name, usual, rule.meaning);
  }
  return help;
}

}  // namespace

CrawlFlags::CrawlFlags(CLI::App& app) : app_(app) {
  JobOptions& o = options_;
  app.add_option("seeds", o.seeds, "URLs, host names or seed files to start from; - is standard input")
      ->type_name("SEED-FILE|URL");
  add_list(app, "--sitemap", o.sitemap,
           "A sitemap to start from (repeatable); like a seed, which may be a sitemap too")
      ->type_name("URL");
  app.add_option("-o,--output", o.output, "The crawl database; an existing one is resumed")
      ->type_name("FILE")
      ->capture_default_str();
  add_parsed(app, "--scope", o.scope, scope_of,
             "Which URLs belong to the crawl, by their relation to the seeds: "
             "host, domain (registrable), prefix (same directory) or any")
      ->type_name("KIND")
      ->default_str("host");
  add_list(app, "--include", o.include,
           "Only URLs in which this pattern is found (repeatable: one of them); seeds are exempt")
      ->type_name("RE2");
  add_list(app, "--exclude", o.exclude,
           "No URL in which this pattern is found (repeatable); wins over --include; seeds are exempt")
      ->type_name("RE2");
  add_list(app, "--include-from", include_from_, "Patterns of a file, one a line, as if given with --include")
      ->type_name("FILE");
  add_list(app, "--exclude-from", exclude_from_, "Patterns of a file, one a line, as if given with --exclude")
      ->type_name("FILE");
  app.add_flag("--sort-query", o.canonical.sort_query,
               "Take URLs for one that differ in the order of their query's parameters");
  add_list(app, "--drop-query", o.canonical.drop_query,
           "Drop this parameter of queries (repeatable): fbclid, or utm_* for all that begin so")
      ->type_name("NAME");
  app.add_flag("--drop-session-ids", o.canonical.drop_session_ids,
               "Drop session ids such as PHPSESSID and ;jsessionid=");
  add_list(app, "--trap", o.trap, trap_help())->type_name("NAME=LIMIT|NAME=off");
  add_whole(app, "--depth", o.depth,
            "At most N links from a seed (0: the seeds only). Counted along the shortest way known when "
            "a page is fetched; "
            "pages are fetched shallowest first, which keeps it near the true minimum");
  add_whole(app, "--max-pages", o.max_pages,
            "Stop after N pages, sitemaps among them; the rest stays pending");
  add_whole(app, "--max-pages-per-host", o.max_pages_per_host,
            "Ask a host for no more after N pages, sitemaps among them; the rest stays pending");
  add_parsed(app, "--order", o.order, order_of,
             "Which URL of a host comes next: breadth (nearest to a seed), depth (farthest), "
             "best (highest score, of a program with a spider)")
      ->type_name("ORDER")
      ->default_str("breadth");
  add_parsed(app, "--delay", o.delay, parse_duration, "Least rest of a host between two requests")
      ->type_name("TIME")
      ->default_str("0s");
  app.add_option("--throttle", o.throttle, "A host rests X times its last response time (0: off)")
      ->type_name("X")
      ->capture_default_str();
  add_whole(app, "--per-host", o.per_host, "Connections to one host at once");
  add_whole(app, "--per-ip", o.per_ip,
            "Connections to one address at once, whatever names it has (0: no limit; otherwise 4, or as "
            "many as --per-host has)");
  add_parsed(app, "--ip-delay", o.ip_delay, parse_duration, "Least rest of an address between two requests")
      ->type_name("TIME")
      ->default_str("0s");
  add_parsed(app, "--rate", o.rate, parse_rate,
             "At most so many requests in the whole crawl, as 10/s or 30/m")
      ->type_name("N/s");
  add_whole(app, "--concurrency", o.concurrency, "Fetches at once in the whole crawl");
  add_whole(app, "--threads", o.threads, "Loops that fetch and parse, each on a thread of its own");
  add_parsed(app, "--memory", o.memory, parse_size,
             "For all that grows with the crawl; it slows down rather than take more")
      ->type_name("SIZE")
      ->default_str("256M");
  add_list(
      app, "--retries", o.retries,
      "Further attempts at what may pass, with growing pauses: N, or CLASS=N for one class (repeatable).\n"
      "By default dns, connect, timeout, truncated and http_5xx (500, 502, 503, 504) have 2,\n"
      "http_429 (408, 425, 429) has 5; tls, protocol and decode have none, and only by CLASS=N")
      ->type_name("N|CLASS=N");
  app.add_flag("--retry-failed", o.retry_failed, "Try the failed URLs of a resumed job again");
  app.add_flag("--refresh{0s}", refresh_,
               "Ask again for pages fetched longer ago than AGE, as in --refresh=7d (all, without one), with "
               "conditional requests");
  app.add_flag("--no-cookies", o.no_cookies, "Neither keep nor send cookies");
  app.add_flag("--no-sitemaps", o.no_sitemaps,
               "Read no sitemaps: neither those that robots.txt names nor one given as a seed");
  app.add_flag("--no-robots", o.no_robots, "Ignore robots.txt");
  app.add_option("--items", o.items,
                 "Write items to this file, one JSON object a line, as they are committed")
      ->type_name("FILE.jsonl");
  app.add_flag("--feed-items", o.feed_items, "Make an item of each entry of RSS and Atom feeds");
  app.add_flag("--store-bodies", o.store_bodies, "Keep the pages' bodies in the database");
  app.add_flag("--store-links", o.store_links, "Keep every link of every page in the database");
  app.add_flag("--assets", o.assets, "Also follow images, style sheets and scripts");
  add_list(app, "--plugin", o.plugin, "Load a parser plugin (repeatable)")->type_name("PATH");
  app.add_flag("--skip-bad-seeds", o.skip_bad_seeds, "Go on when lines of a seed file are no URLs");
  app.add_flag("--quiet", o.quiet, "Only errors, stalls and changed options on stderr");
  app.add_option("--config", config_,
                 "TOML file with flags for which the command line gives none: max-pages = 100")
      ->type_name("JOB.toml");
  add_list(app, "--unset", unset_,
           "Take an option that a resumed job has back to its default (repeatable): --unset exclude")
      ->type_name("OPTION");
  add_network_flags(app, o.network);
}

Result<> CrawlFlags::read_unset() {
  for (const std::string& text : unset_) {
    const std::string name = text.starts_with("--") ? text.substr(2) : text;
    if (!is_stored_option(name)) {
      return fail(ErrorClass::invalid_input,
                  fmt::format("--unset {}: a job has no such option; write it as in --unset exclude", text));
    }
    const auto given = [&](const std::string& flag) {
      const CLI::Option* const option = app_.get_option_no_throw("--" + flag);
      return option && option->count() > 0;
    };
    if (given(name) || given(name + "-from")) {
      return fail(ErrorClass::invalid_input,
                  fmt::format("--unset {0}: --{1} is given too, which replaces it already", text, name));
    }
    defaults_.push_back(name);
  }
  return {};
}

Result<> CrawlFlags::read_pattern_files() {
  const auto append = [](std::string_view flag, const auto& files,
                         std::vector<std::string>& patterns) -> Result<> {
    for (const std::string& file : files) {
      auto read = read_pattern_file(flag, file);
      if (!read) return std::unexpected(std::move(read.error()));
      std::ranges::move(*read, std::back_inserter(patterns));
    }
    return {};
  };
  if (auto read = append("--include-from", include_from_, options_.include); !read) return read;
  return append("--exclude-from", exclude_from_, options_.exclude);
}

Result<CrawlFlags::Parsed> CrawlFlags::finish() {
  if (!config_.empty()) {
    if (auto read = read_config(); !read) return std::unexpected(std::move(read.error()));
  }
  if (auto read = read_unset(); !read) return std::unexpected(std::move(read.error()));
  if (!refresh_.empty()) {
    const auto age = parse_duration(refresh_);
    if (!age) return fail(ErrorClass::invalid_input, "--refresh: " + age.error().message);
    options_.refresh = *age;
    // The age is joined to its flag: apart from it, it stands among the seeds.
    for (const std::string& seed : options_.seeds) {
      if (parse_duration(seed)) {
        return fail(ErrorClass::invalid_input, fmt::format("--refresh {0}: write --refresh={0}", seed));
      }
    }
  }
  if (auto read = read_pattern_files(); !read) return std::unexpected(std::move(read.error()));
  if (auto valid = validate(options_); !valid) return std::unexpected(std::move(valid.error()));
  Parsed parsed{.options = options_, .given = {}};
  for (const CLI::Option* option : app_.get_options()) {
    const std::string name = option->get_single_name();
    if (option->count() == 0 && std::ranges::find(defaults_, name) == defaults_.end()) continue;
    parsed.given.push_back(name == "include-from" ? "include" : name == "exclude-from" ? "exclude" : name);
  }
  return parsed;
}

}  // namespace gossamer
