#include <cerrno>
#include <chrono>
#include <cstdio>
#include <deque>
#include <fmt/format.h>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>

#include "crawler/cli/batch.h"
#include "crawler/cli/commands.h"
#include "crawler/cli/input.h"
#include "crawler/cli/link_json.h"
#include "crawler/cli/report_error.h"
#include "net/http/message.h"
#include "net/http/url.h"
#include "plugins/charset.h"
#include "plugins/sitemap/sitemap_reader.h"

namespace gossamer {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr int kMaxLevels = 5;                 // of indexes within each other
constexpr std::size_t kMaxSitemaps = 50'000;  // as many as an index may name

struct SitemapFlags {
  std::string input;
  std::string base;
  bool recursive = false;
  bool jsonl = false;
  bool batch = false;
  NetworkFlags network;
};

// An entry whose URL is one.
struct Listed {
  Url url;
  const SitemapEntry& entry;
};
using Visit = std::function<void(const Listed&)>;

// "2024-05-17T06:30:00Z"
std::string format_utc(std::chrono::sys_seconds time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

ordered_json entry_json(const Listed& listed) {
  const SitemapEntry& entry = listed.entry;
  const auto text = [](std::string_view value) {
    return value.empty() ? ordered_json() : ordered_json(value);
  };
  return {{"loc", listed.url.href()},
          {"lastmod", text(entry.lastmod)},
          {"modified", entry.modified ? ordered_json(format_utc(*entry.modified)) : ordered_json()},
          {"priority", entry.priority ? ordered_json(*entry.priority) : ordered_json()},
          {"changefreq", text(entry.changefreq)},
          {"type", entry.is_sitemap ? "sitemap" : "url"}};
}

// Reads one sitemap; gives the entries that are URLs, and counts those that are none.
class Reading {
 public:
  Reading(std::optional<Url> base, std::string_view content_type, Visit visit)
      : base_(std::move(base)),
        visit_(std::move(visit)),
        reader_([this](const SitemapEntry& entry) { add(entry); }, charset_parameter(content_type), base_) {}

  Result<> write(std::string_view bytes) { return reader_.write(bytes); }
  Result<> finish() { return reader_.finish(); }
  std::size_t skipped() const { return reader_.skipped() + unusable_; }

 private:
  void add(const SitemapEntry& entry) {
    auto url = base_ ? Url::parse(entry.loc, *base_) : Url::parse(entry.loc);
    if (url && url->is_http()) {
      visit_({std::move(*url), entry});
    } else {
      ++unusable_;
    }
  }

  std::optional<Url> base_;
  Visit visit_;
  std::size_t unusable_ = 0;
  SitemapReader reader_;
};

// Prints the entries of a sitemap, and with --recursive those of its children, a line each as they come.
class Printer {
 public:
  explicit Printer(const SitemapFlags& flags) : flags_(flags) {}

  // Errors: of what the command was given. What is wrong with a sitemap is printed.
  Result<> run() {
    if (auto read = flags_.input.find("://") == std::string::npos ? read_file() : read_url(flags_.input, 1);
        !read)
      return read;
    for (; !children_.empty() && !closed_; children_.pop_front()) {
      const auto& [url, level] = children_.front();
      if (auto read = read_url(url, level); !read) complain(read.error().message);
    }
    return {};
  }

  bool complete() const { return complete_; }

 private:
  struct Child {
    std::string url;
    int level;
  };

  Result<> read_file() {
    auto base = parse_base_flag(flags_.base);
    if (!base) return std::unexpected(std::move(base.error()));
    Reading reading(std::move(*base), "", [this](const Listed& listed) { print(listed, 1); });
    const bool is_stdin = flags_.input == "-";
    const std::string name = is_stdin ? "standard input" : flags_.input;
    Result<> read;
    auto whole = read_pieces(flags_.input, [&](std::string_view piece) {
      read = reading.write(piece);
      std::fflush(stdout);
      return read && !closed_;
    });
    if (!whole) return whole;
    report(name, reading, closed_ ? Result<>() : reading.finish());
    return {};
  }

  Result<> read_url(const std::string& text, int level) {
    std::optional<Reading> reading;
    Result<> read;
    const auto take = [&](const Url& url, const ResponseHead& head, std::string& body) {
      if (!is_success(head.status)) return false;
      if (!reading) {
        seen_.insert(std::string(url.href()));
        reading.emplace(url, head.headers.get("content-type").value_or(""),
                        [this, level](const Listed& listed) { print(listed, level); });
      }
      read = reading->write(body);
      body.clear();
      std::fflush(stdout);
      return read && !closed_;
    };
    auto fetched = fetch_url(text, flags_.network, take);
    if (!fetched) return std::unexpected(std::move(fetched.error()));
    const std::string name(fetched->url.href());
    if (!fetched->response)
      return fail(ErrorClass::connect, fmt::format("{}: {}", name, fetched->response.error().message));
    const FetchResponse& response = *fetched->response;
    if (!is_success(response.status))
      return fail(ErrorClass::http_4xx, fmt::format("{}: the server answered {}", name, response.status));
    if (!reading) reading.emplace(fetched->url, "", [](const Listed&) {});
    report(name, *reading, read && !closed_ ? reading->finish() : read);
    return {};
  }

  void print(const Listed& listed, int level) {
    const bool child = listed.entry.is_sitemap;
    const bool followed = child && flags_.recursive && follow(std::string(listed.url.href()), level + 1);
    std::string line;
    if (flags_.jsonl) {
      line = json_line(entry_json(listed));
    } else if (!followed) {
      line = fmt::format("{}{}\n", child ? "sitemap " : "", listed.url.href());
    }
    if (std::fwrite(line.data(), 1, line.size(), stdout) != line.size()) closed_ = true;
  }

  // Whether the child is to be read, or was already.
  bool follow(std::string url, int level) {
    if (seen_.contains(url)) return true;
    if (level > kMaxLevels || seen_.size() >= kMaxSitemaps) {
      complain(fmt::format("{}: not read: more than {} levels of sitemaps, or {} of them", url, kMaxLevels,
                           kMaxSitemaps));
      return false;
    }
    seen_.insert(url);
    children_.push_back({std::move(url), level});
    return true;
  }

  void report(std::string_view name, const Reading& reading, const Result<>& read) {
    if (reading.skipped() > 0)
      fmt::print(stderr, "gossamer sitemap: {}: entries without a usable URL, left out: {}\n", name,
                 reading.skipped());
    if (!read) complain(fmt::format("{}: {}", name, read.error().message));
  }

  void complain(std::string_view what) {
    complete_ = false;
    fmt::print(stderr, "gossamer sitemap: {}\n", what);
  }

  const SitemapFlags& flags_;
  std::deque<Child> children_;            // to be read
  std::unordered_set<std::string> seen_;  // all there were
  bool closed_ = false;                   // nobody reads the output any more
  bool complete_ = true;
};

// {"xml"|"file": string, "base": string|null} is answered by {"entries": [...], "skipped": N}, and "error" if
// it is damaged.
Result<ordered_json> answer(const json& request) {
  if (request.contains("xml") == request.contains("file"))
    return fail(ErrorClass::invalid_input, R"(not a request: it has to have either "xml" or "file")");
  const bool is_file = request.contains("file");
  const Result<std::string> given = string_at(request, is_file ? "file" : "xml");
  if (!given) return std::unexpected(given.error());
  const bool has_base = request.contains("base") && !request["base"].is_null();
  const Result<std::string> base_text = has_base ? string_at(request, "base") : "";
  if (!base_text) return std::unexpected(base_text.error());
  auto base = parse_base_flag(*base_text);
  if (!base) return std::unexpected(std::move(base.error()));

  ordered_json entries = ordered_json::array();
  Reading reading(std::move(*base), is_file ? "" : "application/xml; charset=utf-8",
                  [&](const Listed& listed) { entries.push_back(entry_json(listed)); });
  Result<> read;
  const auto take = [&](std::string_view piece) {
    read = reading.write(piece);
    return read.has_value();
  };
  if (is_file) {
    if (auto whole = read_pieces(*given, take); !whole) return std::unexpected(std::move(whole.error()));
  } else {
    take(*given);
  }
  if (read) read = reading.finish();
  ordered_json reply{{"entries", std::move(entries)}, {"skipped", reading.skipped()}};
  if (!read) reply["error"] = read.error().message;
  return reply;
}

int print_sitemap(const SitemapFlags& flags) {
  if (flags.input.empty()) {
    return report_error("sitemap", {ErrorClass::invalid_input, Phase::none,
                                    "no input: name a file or a URL, or - for standard input"});
  }
  Printer printer(flags);
  if (const auto ran = printer.run(); !ran) return report_error("sitemap", ran.error());
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    return report_error(
        "sitemap", {ErrorClass::io, Phase::none, errno_message("cannot write to standard output", errno)});
  }
  return printer.complete() ? kExitDone : kExitFailed;
}

}  // namespace

void add_sitemap_command(CLI::App& app, int& exit_code) {
  auto flags = std::make_shared<SitemapFlags>();
  CLI::App* command =
      app.add_subcommand("sitemap", "Print the URLs of a sitemap, one a line, as they are read");
  CLI::Option* input =
      command
          ->add_option("input", flags->input,
                       "A sitemap: a file, a URL to fetch, or - for standard input; XML, RSS, Atom "
                       "or text, packed with gzip or not")
          ->type_name("FILE|URL|-");
  command
      ->add_option("--base", flags->base,
                   "The URL of a file, to resolve relative URLs, which are left out without it")
      ->type_name("URL");
  command->add_flag("--recursive", flags->recursive,
                    "Fetch the sitemaps that an index names, and print theirs instead");
  command->add_flag("--jsonl", flags->jsonl,
                    "One JSON object a line: loc, lastmod as it stands, modified (lastmod in UTC), priority, "
                    "changefreq, type (url or sitemap)");
  CLI::Option* batch = command->add_flag(
      "--batch", flags->batch,
      R"(Answer each line {"xml"|"file":..., "base":...} of standard input by a line {"entries":[...],"skipped":N}, with "error" if it is damaged)");
  batch->excludes(input);
  add_network_flags(*command, flags->network);
  command->footer(
      "Without --jsonl the sitemaps of an index are marked: \"sitemap URL\". Of a damaged one comes what was "
      "readable, then on stderr where it broke, and the exit code is 1.");
  command->callback([flags, &exit_code] {
    if (!flags->batch) {
      exit_code = print_sitemap(*flags);
      return;
    }
    const auto ok = answer_requests(answer);
    exit_code = ok ? kExitDone : report_error("sitemap", ok.error());
  });
}

}  // namespace gossamer
