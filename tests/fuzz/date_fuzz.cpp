#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <fmt/chrono.h>
#include <string>
#include <string_view>

#include "crawler/http_date.h"
#include "net/http/set_cookie.h"
#include "tests/fuzz/require.h"

namespace {

using namespace gossamer;

const std::chrono::system_clock::time_point kNow = std::chrono::sys_days(std::chrono::days(20'000));

std::string written(std::chrono::sys_seconds time) {
  return fmt::format("{:%a, %d %b %Y %H:%M:%S GMT}", fmt::gmtime(time.time_since_epoch().count()));
}

// A date that was read reads the same when it is written as the standards want it.
void check(std::string_view text) {
  if (const auto date = parse_http_date(text, kNow)) require(parse_http_date(written(*date), kNow) == date);
  if (const auto date = parse_cookie_date(text)) require(parse_cookie_date(written(*date)) == date);
}

}  // namespace

// HTTP dates and the lenient dates of cookies. And of any time of four digits that HTTP can write, both
// parsers know what it is.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check({reinterpret_cast<const char*>(data), size});
  std::uint64_t seconds = 0;
  for (std::size_t i = 0; i < std::min<std::size_t>(size, 5); ++i) seconds = seconds << 8 | data[i];
  const std::chrono::sys_seconds first = std::chrono::sys_days(std::chrono::January / 1 / 1601);
  const std::chrono::sys_seconds last = std::chrono::sys_days(std::chrono::January / 1 / 10000);
  const std::chrono::sys_seconds time =
      first + std::chrono::seconds(seconds % static_cast<std::uint64_t>((last - first).count()));
  require(parse_http_date(written(time), kNow) == time);
  require(parse_cookie_date(written(time)) == time);
  return 0;
}
