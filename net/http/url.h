#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "net/base/error.h"

namespace gossamer {

// A parsed URL by the WHATWG URL Standard: the serialised form in one string, and where its parts lie in it.
// Immutable once parsed; one allocation, also when resolved against a base. Every view lives as long as the
// Url it came from and dies when that is moved or assigned.
class Url {
 public:
  // What `host` is. `none`: the URL has no authority ("mailto:x"); `empty`: "file:///x"; `opaque`: the host
  // of a scheme the standard gives no meaning to.
  enum class HostKind : std::uint8_t { none, empty, domain, ipv4, ipv6, opaque };

  // Input that is longer, base and all, is refused; browsers draw the line at 2 MB or below.
  static constexpr std::size_t kMaxLength = 16 * 1024 * 1024;

  // Parses `input`, taken as UTF-8 (ill-formed bytes become U+FFFD; queries are always encoded as UTF-8).
  // Errors: ErrorClass::invalid_input where the standard says failure; the message says what is wrong but
  // does not repeat the input.
  static Result<Url> parse(std::string_view input);

  // The same, resolved against `base`, which is not parsed again.
  static Result<Url> parse(std::string_view input, const Url& base);

  std::string_view href() const { return href_; }
  std::string_view scheme() const { return slice(0, at_.scheme_end); }        // "https"
  std::string_view protocol() const { return slice(0, at_.scheme_end + 1); }  // "https:"
  std::string_view username() const { return slice(at_.username_begin, at_.username_end); }
  std::string_view password() const;                                             // "" if none
  std::string_view host() const { return slice(at_.host_begin, at_.port_end); }  // "example.com:8080"
  std::string_view hostname() const { return slice(at_.host_begin, at_.host_end); }
  std::string_view port() const;  // "" if none or the scheme's default
  std::string_view pathname() const { return slice(at_.path_begin, at_.query_begin); }
  std::string_view search() const;  // "?a=b"; "" if absent or empty
  std::string_view hash() const;    // "#x"; "" if absent or empty

  // The port to connect to: the URL's own, else the scheme's default, else 0.
  std::uint16_t effective_port() const;

  // "https://example.com", "http://h:8080"; "null" for schemes that have no origin (a blob: URL has its
  // path's).
  std::string origin() const;

  // Path and query as they stand in a request line ("/a?b"). Never empty for http(s).
  std::string_view request_target() const { return slice(at_.path_begin, at_.fragment_begin); }

  // href() up to the fragment.
  std::string_view without_fragment() const { return slice(0, at_.fragment_begin); }

  bool is_http() const { return scheme() == "http" || scheme() == "https"; }
  bool is_special() const { return at_.special; }           // http, https, ws, wss, ftp, file
  bool has_opaque_path() const { return at_.opaque_path; }  // "mailto:x", "data:,x": cannot be a base
  HostKind host_kind() const { return at_.host_kind; }
  bool is_ip_host() const { return at_.host_kind == HostKind::ipv4 || at_.host_kind == HostKind::ipv6; }

  friend bool operator==(const Url& a, const Url& b) { return a.href_ == b.href_; }

 private:
  friend class UrlParser;

  // What the parser learnt: where the parts lie in href_. An absent part is empty and lies where it would
  // stand.
  //
  //   https://user:pass@example.com:1234/foo/bar?baz#quux
  //        |  |   |    ||          |    |       |   fragment_begin
  //        |  |   |    ||          |    |       query_begin
  //        |  |   |    ||          |    port_end, path_begin
  //        |  |   |    ||          host_end
  //        |  |   |    |host_begin
  //        |  |   |    password_end
  //        |  |   username_end
  //        |  username_begin
  //        scheme_end
  struct Parts {
    std::uint32_t scheme_end = 0;
    std::uint32_t username_begin = 0;
    std::uint32_t username_end = 0;
    std::uint32_t password_end = 0;
    std::uint32_t host_begin = 0;
    std::uint32_t host_end = 0;
    std::uint32_t port_end = 0;
    std::uint32_t path_begin = 0;  // = port_end, but for "web+demo:/.//path", where "/." tells path from host
    std::uint32_t query_begin = 0;
    std::uint32_t fragment_begin = 0;
    std::uint16_t port = 0;  // only if port_end > host_end
    bool special = false;
    bool opaque_path = false;
    HostKind host_kind = HostKind::none;
  };

  Url() = default;
  std::string_view slice(std::size_t begin, std::size_t end) const {
    return std::string_view(href_).substr(begin, end - begin);
  }

  std::string href_;
  Parts at_;
};

}  // namespace gossamer
