#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "net/base/error.h"

namespace gossamer {

// A parsed URL by the WHATWG URL Standard: the serialised form in one string, and where its parts lie in it.
// Immutable once parsed; copying costs the one string. Every view lives as long as the Url it came from and
// dies when that is moved or assigned.
//
//   https://user:pass@example.com:1234/foo/bar?baz#quux
//        |  |   |    ||          |    |       |   |
//        |  |   |    ||          |    |       |   fragment_begin_
//        |  |   |    ||          |    |       query_begin_
//        |  |   |    ||          |    path_begin_
//        |  |   |    ||          host_end_
//        |  |   |    |host_begin_
//        |  |   |    password_end_
//        |  |   username_end_
//        |  username_begin_
//        scheme_end_
class Url {
 public:
  // What `host` is. `none`: the URL has no authority ("mailto:x"); `empty`: "file:///x"; `opaque`: the host of a
  // scheme the standard gives no meaning to.
  enum class HostKind : std::uint8_t { none, empty, domain, ipv4, ipv6, opaque };

  // Longer input is refused; browsers draw the line at 2 MB or below.
  static constexpr std::size_t kMaxLength = 16 * 1024 * 1024;

  // Parses `input`, taken as UTF-8 (ill-formed bytes become U+FFFD; queries are always encoded as UTF-8).
  // Errors: ErrorClass::invalid_input where the standard says failure; the message says what is wrong but does not
  // repeat the input.
  static Result<Url> parse(std::string_view input);

  // The same, resolved against `base`, which is not parsed again.
  static Result<Url> parse(std::string_view input, const Url& base);

  std::string_view href() const { return href_; }
  std::string_view scheme() const { return slice(0, scheme_end_); }        // "https"
  std::string_view protocol() const { return slice(0, scheme_end_ + 1); }  // "https:"
  std::string_view username() const { return slice(username_begin_, username_end_); }
  std::string_view password() const;                                         // "" if none
  std::string_view host() const { return slice(host_begin_, port_end()); }   // with the port, if not the default
  std::string_view hostname() const { return slice(host_begin_, host_end_); }
  std::string_view port() const;                                             // "" if none or the scheme's default
  std::string_view pathname() const { return slice(path_begin_, query_begin_); }
  std::string_view search() const;                                           // "?a=b"; "" if absent or empty
  std::string_view hash() const;                                             // "#x"; "" if absent or empty

  // The port to connect to: the URL's own, else the scheme's default, else 0.
  std::uint16_t effective_port() const;

  // "https://example.com", "http://h:8080"; "null" for schemes that have no origin (a blob: URL has that of its path).
  std::string origin() const;

  // Path and query as they stand in a request line ("/a?b"). Never empty for http(s).
  std::string_view request_target() const { return slice(path_begin_, fragment_begin_); }

  // href() without the fragment.
  std::string_view without_fragment() const { return slice(0, fragment_begin_); }

  bool is_http() const { return scheme() == "http" || scheme() == "https"; }
  bool is_special() const { return special_; }  // http, https, ws, wss, ftp, file
  bool has_opaque_path() const { return opaque_path_; }  // "mailto:x", "data:,x": cannot be a base
  HostKind host_kind() const { return host_kind_; }
  bool is_ip_host() const { return host_kind_ == HostKind::ipv4 || host_kind_ == HostKind::ipv6; }

  friend bool operator==(const Url& a, const Url& b) { return a.href_ == b.href_; }

 private:
  friend class UrlParser;
  Url() = default;

  std::string_view slice(std::uint32_t begin, std::uint32_t end) const {
    return std::string_view(href_).substr(begin, end - begin);
  }
  std::uint32_t port_end() const;

  std::string href_;
  // Offsets into href_; each part ends where the next begins, give or take its delimiters (see the drawing). A part
  // that is absent is empty and lies where it would stand. The query is href_[query_begin_, fragment_begin_) with its
  // '?', the fragment the rest with its '#'.
  std::uint32_t scheme_end_ = 0;
  std::uint32_t username_begin_ = 0;
  std::uint32_t username_end_ = 0;
  std::uint32_t password_end_ = 0;
  std::uint32_t host_begin_ = 0;
  std::uint32_t host_end_ = 0;
  std::uint32_t path_begin_ = 0;
  std::uint32_t query_begin_ = 0;
  std::uint32_t fragment_begin_ = 0;
  std::uint16_t port_ = 0;
  bool has_port_ = false;
  bool special_ = false;
  bool opaque_path_ = false;
  HostKind host_kind_ = HostKind::none;
};

}  // namespace gossamer
