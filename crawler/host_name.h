#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "net/base/error.h"

namespace gossamer {

// What a person calls a host: a name with all its origins ("example.com"), those at one port
// ("example.com:8080"), or one origin ("https://example.com").
class HostName {
 public:
  // Errors: invalid_input; the message says what would be right.
  static Result<HostName> parse(std::string_view text);

  bool names(std::string_view origin) const;
  // The origin, or the name in its canonical form, without the port.
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  bool origin_ = false;
  std::optional<std::uint16_t> port_;
};

}  // namespace gossamer
