#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace gossamer {

// What <meta http-equiv=refresh content=...> asks for.
struct MetaRefresh {
  std::chrono::seconds delay{0};  // at most a day: what is later than that is no matter for a crawl
  std::string_view url;           // a part of the input; "" asks for the page itself
};

// The "shared declarative refresh steps" (WHATWG HTML 4.2.5.3) on the decoded attribute; nullopt where it
// asks for nothing.
std::optional<MetaRefresh> parse_meta_refresh(std::string_view content);

}  // namespace gossamer
