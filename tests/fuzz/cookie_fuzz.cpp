#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "net/http/cookie_jar.h"
#include "net/http/url.h"
#include "tests/fuzz/require.h"

// Input: URL, newline, a Set-Cookie value, newline, and so on in turn.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gossamer;
  std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto next_line = [&] {
    const std::string_view line = input.substr(0, input.find('\n'));
    input.remove_prefix(std::min(line.size() + 1, input.size()));
    return line;
  };
  CookieJar jar({.per_site = 4, .memory = 4096});
  CookieTime now{std::chrono::days(20'000)};
  std::vector<CookieJar::Change> changes;
  while (!input.empty()) {
    const auto url = Url::parse(next_line());
    const std::string_view cookie = next_line();
    if (!url) continue;
    jar.set(*url, cookie, now += std::chrono::seconds(1), changes);
    const std::string header = jar.header_for(*url, now);
    require(std::ranges::none_of(
        header, [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; }));
  }
  require(jar.memory_bytes() <= 4096);

  // What the changes say is what the jar holds.
  std::vector<Cookie> told;
  for (const auto& [cookie, removed] : changes) {
    const auto same = [&](const Cookie& known) {
      return known.domain == cookie.domain && known.path == cookie.path && known.name == cookie.name;
    };
    const auto known = std::ranges::find_if(told, same);
    if (removed) {
      require(known != told.end());
      told.erase(known);
    } else if (known != told.end()) {
      *known = cookie;
    } else {
      told.push_back(cookie);
    }
  }
  require(std::ranges::equal(told, jar.cookies()));
  CookieJar restored;
  for (const Cookie& cookie : told) restored.restore(cookie);
  require(restored.memory_bytes() == jar.memory_bytes());
  return 0;
}
