#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <string>
#include <string_view>

#include "plugins/html/ascii.h"
#include "plugins/html/meta_refresh.h"
#include "plugins/html/srcset.h"
#include "tests/fuzz/require.h"

namespace gossamer {
namespace {

bool is_within(std::string_view part, std::string_view whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

// What a refresh says, written plainly, says the same.
void check_refresh(std::string_view content) {
  const auto refresh = parse_meta_refresh(content);
  if (!refresh) return;
  require(refresh->delay.count() >= 0 && refresh->delay <= std::chrono::days(1));
  require(is_within(refresh->url, content) && strip_html_space(refresh->url) == refresh->url);
  if (refresh->url.find('"') != std::string_view::npos) return;
  const std::string plain = fmt::format("{}; url=\"{}\"", refresh->delay.count(), refresh->url);
  const auto again = parse_meta_refresh(plain);
  require(again && again->delay == refresh->delay && again->url == refresh->url);
}

// The URLs of a srcset are parts of it, in order; a set of them alone has the same URLs.
void check_srcset(std::string_view srcset) {
  std::string plain;
  std::size_t count = 0;
  std::string_view rest = srcset;
  const char* end = srcset.data();
  for (std::string_view url; !(url = next_srcset_url(rest)).empty(); ++count) {
    require(is_within(url, srcset) && url.data() >= end);
    require(!url.starts_with(',') && !url.ends_with(',') && std::ranges::none_of(url, is_html_space));
    end = url.data() + url.size();
    plain.append(url).append(" 1x, ");
  }
  rest = plain;
  for (std::string_view url; !(url = next_srcset_url(rest)).empty(); --count) require(count > 0);
  require(count == 0);
}

}  // namespace
}  // namespace gossamer

// The small languages of attributes: <meta http-equiv=refresh content> and srcset.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string value(reinterpret_cast<const char*>(data), size);
  gossamer::check_refresh(value);
  gossamer::check_srcset(value);
  return 0;
}
