#include "crawler/seed_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iostream>
#include <utility>

namespace gossamer {

namespace {

constexpr std::string_view kBom = "\xEF\xBB\xBF";

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\f\v";
  const auto begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

// For messages: control bytes are shown as '?', long text is cut.
std::string quoted(std::string_view text) {
  constexpr std::size_t kShown = 100;
  std::string shown(text.substr(0, kShown));
  std::ranges::replace_if(shown, [](unsigned char c) { return c < 0x20 || c == 0x7f; }, '?');
  return fmt::format("'{}{}'", shown, text.size() > kShown ? "..." : "");
}

// Whether text without a scheme looks like a host, not like a word: a dot, a port, an IPv6 address or
// localhost, and nothing that makes the URL parser see a user name ("mailto:a@b.example").
bool looks_like_host(std::string_view text) {
  const std::string_view host = text.substr(0, text.find_first_of("/?#"));
  if (host.empty() || host.find_first_of(" \t@\\") != std::string_view::npos) return false;
  if (host.starts_with('.')) return false;
  return host.find_first_of(".:[") != std::string_view::npos || host == "localhost";
}

// "seeds.txt" passes for a host name, but is rather a file that is not there. None of these is a top-level
// domain.
bool looks_like_file(std::string_view text) {
  constexpr std::array<std::string_view, 10> kEndings{".txt",  ".lst", ".list",  ".csv", ".tsv",
                                                      ".json", ".db",  ".jsonl", ".gz",  ".toml"};
  return std::ranges::any_of(kEndings, [&](std::string_view ending) { return text.ends_with(ending); });
}

// Cuts a stream of bytes into lines and hands on the seeds.
class LineReader {
 public:
  LineReader(std::string_view name, const SeedSink& sink) : name_(name), sink_(sink) {}

  Result<> feed(std::string_view bytes) {
    if (bytes.find('\0') != std::string_view::npos) {
      return fail(
          ErrorClass::invalid_input,
          fmt::format("{}: not a seed file: it holds NUL bytes; a seed file is UTF-8 text, one URL a line",
                      name_));
    }
    while (!bytes.empty()) {
      const std::size_t end = bytes.find('\n');
      const std::string_view piece = bytes.substr(0, end);
      if (line_.size() + piece.size() > kMaxSeedLine) {
        too_long_ = true;
      } else {
        line_ += piece;
      }
      if (end == std::string_view::npos) return {};
      if (auto taken = take_line(); !taken) return taken;
      bytes.remove_prefix(end + 1);
    }
    return {};
  }

  Result<SeedReport> finish() {
    if (!line_.empty() || too_long_) {
      if (auto taken = take_line(); !taken) return std::unexpected(std::move(taken.error()));
    }
    return std::move(report_);
  }

 private:
  Result<> take_line() {
    ++number_;
    const std::string line = std::exchange(line_, {});
    if (std::exchange(too_long_, false)) {
      report_bad(fmt::format("the line is longer than {} bytes", kMaxSeedLine));
      return {};
    }
    std::string_view text = line;
    if (number_ == 1 && text.starts_with(kBom)) text.remove_prefix(kBom.size());
    text = trim(text);
    if (text.empty() || text.starts_with('#')) return {};
    auto seed = parse_seed(text);
    if (!seed) {
      report_bad(seed.error().message);
      return {};
    }
    ++report_.seeds;
    return sink_(std::move(*seed), number_);
  }

  void report_bad(std::string_view what) {
    ++report_.bad_lines;
    if (report_.first_bad.size() >= SeedReport::kListedBadLines) return;
    report_.first_bad.push_back(fmt::format("{}:{}: {}", name_, number_, what));
  }

  std::string_view name_;
  const SeedSink& sink_;
  std::string line_;
  bool too_long_ = false;
  std::size_t number_ = 0;
  SeedReport report_;
};

}  // namespace

Result<Url> parse_seed(std::string_view text) {
  const bool has_scheme = text.find("://") != std::string_view::npos;
  if (!has_scheme && !looks_like_host(text)) {
    return fail(
        ErrorClass::invalid_input,
        fmt::format("{} is neither a URL nor a host name; write it like https://example.com/", quoted(text)));
  }
  auto url = has_scheme ? Url::parse(text) : Url::parse(fmt::format("https://{}", text));
  if (!url) {
    return fail(ErrorClass::invalid_input,
                fmt::format("{} is not a URL: {}", quoted(text), url.error().message));
  }
  if (!url->is_http()) {
    return fail(ErrorClass::invalid_input,
                fmt::format("{} cannot be crawled: only http:// and https:// URLs can", quoted(text)));
  }
  return url;
}

Result<SeedReport> read_seeds(std::istream& input, std::string_view name, const SeedSink& sink) {
  LineReader reader(name, sink);
  std::vector<char> buffer(65'536);
  while (input.good()) {
    input.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    const auto got = static_cast<std::size_t>(input.gcount());
    if (auto fed = reader.feed({buffer.data(), got}); !fed) return std::unexpected(std::move(fed.error()));
  }
  if (input.bad()) return fail(ErrorClass::invalid_input, fmt::format("{}: cannot be read to its end", name));
  return reader.finish();
}

Result<SeedReport> read_seed_file(const std::string& path, const SeedSink& sink) {
  if (path == "-") return read_seeds(std::cin, "standard input", sink);
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return fail(ErrorClass::invalid_input, fmt::format("{}: is a directory, not a seed file", path));
  }
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file)
    return fail(ErrorClass::invalid_input,
                errno_message(fmt::format("{}: cannot open the seed file", path), errno));
  return read_seeds(file, path, sink);
}

Result<SeedArgument> classify_seed_argument(std::string_view argument) {
  using Kind = SeedArgument::Kind;
  std::string text(argument);
  if (argument == "-") return SeedArgument{Kind::file, std::move(text)};
  const bool has_scheme = argument.find("://") != std::string_view::npos;
  std::error_code ignored;
  if (!has_scheme && std::filesystem::exists(text, ignored)) return SeedArgument{Kind::file, std::move(text)};
  if (!has_scheme && (looks_like_file(argument) || !looks_like_host(argument))) {
    return fail(ErrorClass::invalid_input,
                fmt::format("{} is no existing file, and neither a URL (with ://) nor a host name",
                            quoted(argument)));
  }
  auto url = parse_seed(argument);
  if (!url) return std::unexpected(std::move(url.error()));
  return SeedArgument{Kind::url, std::string(url->href())};
}

}  // namespace gossamer
