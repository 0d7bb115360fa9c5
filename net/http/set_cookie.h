#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

namespace gossamer {

using CookieTime = std::chrono::sys_time<std::chrono::microseconds>;

// Longer cookies (name and value) are refused, longer attribute values ignored (RFC 6265bis section 5.6).
inline constexpr std::size_t kMaxCookieBytes = 4096;
inline constexpr std::size_t kMaxCookieAttributeBytes = 1024;

// No cookie lives longer (RFC 6265bis section 5.5).
inline constexpr std::chrono::days kMaxCookieLife{400};

// A Set-Cookie field value, read but not judged. Views into it.
struct SetCookie {
  std::string_view name;  // "" for a nameless cookie
  std::string_view value;
  std::optional<CookieTime> expires;  // of Max-Age, else of Expires; nullopt: a session cookie
  std::string_view domain;            // as written, but for a leading dot; "": none
  std::string_view path;              // "/..." or "": none
  bool secure = false;
  bool http_only = false;
};

// RFC 6265bis section 5.6. nullopt: nothing a browser would store. Pure.
std::optional<SetCookie> parse_set_cookie(std::string_view field, CookieTime now);

// The date of an Expires attribute, by the forgiving algorithm of RFC 6265 section 5.1.1: "Wed, 21 Oct 2015
// 07:28:00 GMT" and whatever has a time, a day, a month and a year, in any order of tokens. Pure.
std::optional<std::chrono::sys_seconds> parse_cookie_date(std::string_view text);

}  // namespace gossamer
