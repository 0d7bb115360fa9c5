#include "crawler/job_options.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <limits>
#include <nlohmann/json.hpp>

#include "crawler/cli/units.h"
#include "crawler/retry_policy.h"
#include "crawler/trap_limits.h"

namespace gossamer {

namespace {

using Json = nlohmann::ordered_json;

std::unexpected<Error> bad_flag(std::string_view flag, std::string_view what) {
  return fail(ErrorClass::invalid_input, fmt::format("--{}: {}", flag, what));
}

// Calls visit(key, field) for every stored field. The one list of them.
template <class Options, class Visit>
void for_each_stored(Options& o, Visit visit) {
  visit("scope", o.scope);
  visit("include", o.include);
  visit("exclude", o.exclude);
  visit("sort-query", o.canonical.sort_query);
  visit("drop-query", o.canonical.drop_query);
  visit("drop-session-ids", o.canonical.drop_session_ids);
  visit("trap", o.trap);
  visit("depth", o.depth);
  visit("max-pages", o.max_pages);
  visit("max-pages-per-host", o.max_pages_per_host);
  visit("order", o.order);
  visit("delay", o.delay);
  visit("ip-delay", o.ip_delay);
  visit("rate", o.rate);
  visit("throttle", o.throttle);
  visit("per-host", o.per_host);
  visit("per-ip", o.per_ip);
  visit("concurrency", o.concurrency);
  visit("threads", o.threads);
  visit("memory", o.memory);
  visit("retries", o.retries);
  visit("no-cookies", o.no_cookies);
  visit("no-sitemaps", o.no_sitemaps);
  visit("user-agent", o.network.user_agent);
  visit("timeout", o.network.timeout);
  visit("max-body", o.network.max_body);
  visit("no-robots", o.no_robots);
  visit("allow-private", o.network.allow_private);
  visit("resolve", o.network.resolve);
  visit("dns", o.network.dns);
  visit("cacert", o.network.cacert);
  visit("insecure", o.network.insecure);
  visit("header", o.network.header);
  visit("plugin", o.plugin);
  visit("items", o.items);
  visit("feed-items", o.feed_items);
  visit("store-bodies", o.store_bodies);
  visit("store-links", o.store_links);
  visit("assets", o.assets);
}

template <class T>
Json write(const T& field) {
  return field;
}
Json write(ScopeKind kind) { return std::string(to_string(kind)); }
Json write(CrawlOrder order) { return std::string(to_string(order)); }
Json write(std::chrono::milliseconds duration) { return format_duration(duration); }
template <class T>
Json write(const std::optional<T>& field) {
  return field ? Json(*field) : Json(nullptr);
}

// These throw nlohmann::json::exception or std::invalid_argument.
template <class T>
void read(const Json& json, T& field) {
  json.get_to(field);
}
void read(const Json& json, ScopeKind& kind) {
  const auto parsed = parse_scope_kind(json.get<std::string>());
  if (!parsed) throw std::invalid_argument("no such scope");
  kind = *parsed;
}
void read(const Json& json, CrawlOrder& order) {
  const auto parsed = parse_crawl_order(json.get<std::string>());
  if (!parsed) throw std::invalid_argument("no such order");
  order = *parsed;
}
void read(const Json& json, std::chrono::milliseconds& duration) {
  const auto parsed = parse_duration(json.get<std::string>());
  if (!parsed) throw std::invalid_argument(parsed.error().message);
  duration = *parsed;
}
template <class T>
void read(const Json& json, std::optional<T>& field) {
  if (json.is_null()) {
    field.reset();
  } else {
    field = json.get<T>();
  }
}

Json stored_fields(const JobOptions& options) {
  Json json = Json::object();
  for_each_stored(options, [&](const char* key, const auto& field) { json[key] = write(field); });
  return json;
}

Result<JobOptions> from_fields(const Json& json) {
  JobOptions options;
  std::size_t known = 0;
  std::string at;
  try {
    for_each_stored(options, [&](const char* key, auto& field) {
      at = key;
      if (!json.contains(key)) return;  // stored before the option existed: its default
      read(json.at(key), field);
      ++known;
    });
  } catch (const std::exception& error) {
    return fail(ErrorClass::invalid_input,
                fmt::format("the stored option {} cannot be read: {}", at, error.what()));
  }
  if (known != json.size()) {
    return fail(
        ErrorClass::invalid_input,
        "the stored options hold one this version does not know; resume with the version that wrote them");
  }
  return options;
}

// The names of headers: their values may be secrets.
Json without_values(Json headers) {
  for (Json& header : headers) {
    const auto text = header.get<std::string>();
    header = text.substr(0, text.find(':')) + ": (hidden)";
  }
  return headers;
}

// As a user would read it: strings without quotes.
std::string shown(const Json& value) {
  if (value.is_null() || (value.is_array() && value.empty())) return "none";
  if (value.is_array()) {
    std::vector<std::string> elements;
    for (const Json& element : value) elements.push_back(shown(element));
    return fmt::format("{}", fmt::join(elements, ", "));
  }
  return value.is_string() ? value.get<std::string>() : value.dump();
}

}  // namespace

Result<> validate(const JobOptions& o) {
  using namespace std::chrono_literals;
  if (o.output.empty()) return bad_flag("output", "needs the path of a database, such as crawl.db");
  for (const auto& [flag, patterns] : {std::pair("include", &o.include), std::pair("exclude", &o.exclude)}) {
    if (std::ranges::find(*patterns, "") != patterns->end()) {
      return bad_flag(flag, "a pattern must not be empty: it would be found in every URL");
    }
  }
  if (o.no_sitemaps && !o.sitemap.empty())
    return bad_flag("sitemap", "--no-sitemaps reads none; leave out one of them");
  if (auto rules = o.canonical.check(); !rules) return rules;
  if (o.depth && *o.depth > 60'000) return bad_flag("depth", "must be 0 ... 60000");
  if (auto traps = TrapLimits::parse(o.trap); !traps) return std::unexpected(std::move(traps.error()));
  if (o.max_pages && *o.max_pages == 0) return bad_flag("max-pages", "must be at least 1");
  if (o.max_pages_per_host && *o.max_pages_per_host == 0) {
    return bad_flag("max-pages-per-host", "must be at least 1");
  }
  if (o.delay < 0ms || o.delay > 24h) return bad_flag("delay", "must be 0s ... 1d");
  if (o.ip_delay < 0ms || o.ip_delay > 24h) return bad_flag("ip-delay", "must be 0s ... 1d");
  if (o.rate && !(*o.rate >= 0.001 && *o.rate <= 1e6))
    return bad_flag("rate", "must be 0.001/s ... 1000000/s");
  if (!(o.throttle >= 0 && o.throttle <= 1000)) return bad_flag("throttle", "must be 0 ... 1000");
  if (o.per_host < 1 || o.per_host > 256) return bad_flag("per-host", "must be 1 ... 256");
  if (o.per_ip && (*o.per_ip < 0 || *o.per_ip > 65'536))
    return bad_flag("per-ip", "must be 0 (no limit) ... 65536");
  if (o.threads < 1 || o.threads > 64) return bad_flag("threads", "must be 1 ... 64");
  if (o.concurrency < 1 || o.concurrency > 65'536) return bad_flag("concurrency", "must be 1 ... 65536");
  if (o.network.user_agent.empty()) {
    return bad_flag(
        "user-agent",
        "must not be empty: sites are told who asks, such as 'mybot/1.0 (+https://example.com/bot)'");
  }
  if (o.network.timeout > 1h) return bad_flag("timeout", "must be 1ms ... 1h");
  if (o.network.max_body < 1 || o.network.max_body > (2ULL << 30))
    return bad_flag("max-body", "must be 1 ... 2G");
  if (auto retries = RetryPolicy::parse(o.retries); !retries)
    return std::unexpected(std::move(retries.error()));
  if (auto client = client_options(o.network); !client) return std::unexpected(std::move(client.error()));
  return {};
}

Result<CrawlScope> make_scope(const JobOptions& options) {
  const auto traps = TrapLimits::parse(options.trap);
  if (!traps) return std::unexpected(traps.error());
  return CrawlScope::create(
      {.kind = options.scope,
       .include = options.include,
       .exclude = options.exclude,
       .depth = options.depth,
       .traps = *traps,
       .today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now())});
}

std::string to_json(const JobOptions& options) { return stored_fields(options).dump(); }

bool is_stored_option(std::string_view name) { return stored_fields(JobOptions()).contains(name); }

Result<JobOptions> job_options_from_json(std::string_view json) {
  const Json parsed = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!parsed.is_object()) return fail(ErrorClass::invalid_input, "the stored options are not a JSON object");
  return from_fields(parsed);
}

Result<> check_changes(const std::vector<OptionChange>& changes) {
  for (const OptionChange& change : changes) {
    if (change.flag == "--sort-query" || change.flag == "--drop-query" ||
        change.flag == "--drop-session-ids") {
      return fail(
          ErrorClass::invalid_input,
          fmt::format("{}: was {}, is now {}, but the URLs known so far keep their spelling, and pages "
                      "would be stored twice; leave the flag out, or begin a new job with another -o",
                      change.flag, change.stored, change.given));
    }
    if (change.flag != "--store-bodies" && change.flag != "--store-links") continue;
    return fail(
        ErrorClass::invalid_input,
        fmt::format("{}: was {}, is now {}, but the pages stored so far are not read again: the database "
                    "would have it of a part of them; leave the flag out, or begin a new job with "
                    "another -o",
                    change.flag, change.stored, change.given));
  }
  return {};
}

std::string scratch_directory(const JobOptions& options) {
  return std::filesystem::path(options.output).parent_path().string();
}

Result<ResumedOptions> resume_options(std::string_view stored_json, const JobOptions& given,
                                      const std::vector<std::string>& given_flags) {
  const auto stored = job_options_from_json(stored_json);
  if (!stored) return std::unexpected(stored.error());
  Json fields = stored_fields(*stored);
  const Json given_fields = stored_fields(given);
  std::vector<OptionChange> changes;
  for (const std::string& flag : given_flags) {
    if (!given_fields.contains(flag) || fields[flag] == given_fields[flag]) continue;
    const auto shown_of = [&](const Json& value) {
      return shown(flag == "header" ? without_values(value) : value);
    };
    changes.push_back(
        {.flag = "--" + flag, .stored = shown_of(fields[flag]), .given = shown_of(given_fields[flag])});
    fields[flag] = given_fields[flag];
  }
  auto options = from_fields(fields);
  if (!options) return std::unexpected(std::move(options.error()));
  options->seeds = given.seeds;
  options->sitemap = given.sitemap;
  options->output = given.output;
  options->spider = given.spider;
  options->follows_links = given.follows_links;
  options->skip_bad_seeds = given.skip_bad_seeds;
  options->retry_failed = given.retry_failed;
  options->refresh = given.refresh;
  options->quiet = given.quiet;
  return ResumedOptions{.options = std::move(*options), .changes = std::move(changes)};
}

}  // namespace gossamer
