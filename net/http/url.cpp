#include "net/http/url.h"

namespace gossamer {

std::string_view Url::password() const {
  return at_.password_end > at_.username_end ? slice(at_.username_end + 1, at_.password_end)
                                             : std::string_view();
}

std::string_view Url::port() const {
  return at_.port_end > at_.host_end ? slice(at_.host_end + 1, at_.port_end) : std::string_view();
}

std::string_view Url::search() const {
  return at_.fragment_begin - at_.query_begin > 1 ? slice(at_.query_begin, at_.fragment_begin)
                                                  : std::string_view();
}

std::string_view Url::hash() const {
  return href_.size() - at_.fragment_begin > 1 ? slice(at_.fragment_begin, href_.size()) : std::string_view();
}

std::uint16_t Url::effective_port() const {
  if (at_.port_end > at_.host_end) return at_.port;
  const std::string_view name = scheme();
  if (name == "https" || name == "wss") return 443;
  if (name == "http" || name == "ws") return 80;
  return name == "ftp" ? 21 : 0;
}

std::string Url::origin() const {
  if (scheme() == "blob") {
    const auto inner = Url::parse(pathname());
    return inner && inner->is_http() ? inner->origin() : "null";
  }
  if (!at_.special || scheme() == "file") return "null";
  std::string origin(protocol());
  origin += "//";
  origin += host();
  return origin;
}

}  // namespace gossamer
