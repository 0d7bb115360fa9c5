#pragma once

#include <cstddef>
#include <functional>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

#include "net/base/error.h"
#include "net/http/url.h"

namespace gossamer {

// Takes one seed and the line it stands on; an error ends the reading.
using SeedSink = std::function<Result<>(Url seed, std::size_t line)>;

struct SeedReport {
  std::size_t seeds = 0;  // handed to the sink
  std::size_t bad_lines = 0;
  std::vector<std::string> first_bad;  // the first kListedBadLines of them: "seeds.txt:7: what is wrong"

  static constexpr std::size_t kListedBadLines = 10;
};

// Reads a seed file as a stream: one URL a line, a bare host name gets https://, `#` begins a comment line,
// blank lines, white space around a URL, CRLF and a UTF-8 byte order mark are tolerated. A bad line is
// counted and reading goes on; a line longer than kMaxSeedLine bytes is one. Errors:
// invalid_input (unreadable, or a NUL byte: not a text file), what `sink` returns.
inline constexpr std::size_t kMaxSeedLine = 16384;
Result<SeedReport> read_seeds(std::istream& input, std::string_view name, const SeedSink& sink);

// The same of the file `path`; "-" is standard input. Blocks: keep it off the loop.
Result<SeedReport> read_seed_file(const std::string& path, const SeedSink& sink);

// One seed as written by a user: a URL with "://", or a bare host name ("example.com", "localhost:8080/x"),
// which gets https://. Errors: invalid_input; the message names the text and what would be right.
Result<Url> parse_seed(std::string_view text);

// An argument of the crawl command: "-" is standard input, one with "://" is a URL, else it is an existing
// file, else a bare host, else an error.
struct SeedArgument {
  enum class Kind { url, file };
  Kind kind;
  std::string text;  // an absolute URL, or the path of a seed file ("-": standard input)
};
Result<SeedArgument> classify_seed_argument(std::string_view argument);

}  // namespace gossamer
