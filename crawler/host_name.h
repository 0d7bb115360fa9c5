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
  const std::string& text() const { return text_; }  // canonical

 private:
  std::string text_;  // as above
  std::string name_;  // "" of an origin
  std::optional<std::uint16_t> port_;
};

}  // namespace gossamer
