#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>

#include "crawler/seed_file.h"
#include "tests/fuzz/require.h"

// Any bytes as a seed file: each line is a seed, a bad line, or nothing; a seed is a URL that is its own
// spelling.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gossamer;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
  std::istringstream stream(text);
  std::size_t seeds = 0;
  std::size_t last_line = 0;
  const auto report = read_seeds(stream, "seeds.txt", [&](const Url& seed, std::size_t line) -> Result<> {
    ++seeds;
    require(line > last_line && line <= lines);
    last_line = line;
    const auto again = parse_seed(seed.href());
    require(seed.is_http() && again && again->href() == seed.href());
    return {};
  });
  if (!report) return 0;
  require(report->seeds == seeds && seeds + report->bad_lines <= lines);
  require(report->first_bad.size() == std::min(report->bad_lines, SeedReport::kListedBadLines));
  for (const std::string& bad : report->first_bad) {
    require(bad.starts_with("seeds.txt:") && bad.find('\n') == std::string::npos);
  }
  return 0;
}
