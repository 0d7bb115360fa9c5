#include "net/http/url_parser.h"

#include <fmt/format.h>
#include <unicode/utf8.h>
#include <utility>

#include "net/base/ascii.h"
#include "net/http/percent_encode.h"
#include "net/http/url_host.h"
#include "net/http/windows_drive_letter.h"

namespace gossamer {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

constexpr bool is_scheme_char(char c) {
  return is_ascii_alpha(c) || is_ascii_digit(c) || c == '+' || c == '-' || c == '.';
}
constexpr bool is_tab_or_newline(char c) { return c == '\t' || c == '\n' || c == '\r'; }

bool is_special_scheme(std::string_view scheme) {
  return scheme == "http" || scheme == "https" || scheme == "file" || scheme == "ftp" || scheme == "ws" ||
         scheme == "wss";
}

// `text` without tabs and newlines, ill-formed UTF-8 replaced by U+FFFD.
std::string cleaned(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  const auto length = static_cast<std::int32_t>(text.size());
  for (std::int32_t i = 0; i < length;) {
    const std::int32_t begin = i;
    UChar32 c = 0;
    U8_NEXT_OR_FFFD(text.data(), i, length, c);
    if (c == 0xfffd) {
      out += "\xef\xbf\xbd";
    } else if (c >= 0x80 || !is_tab_or_newline(static_cast<char>(c))) {
      out.append(text, static_cast<std::size_t>(begin), static_cast<std::size_t>(i - begin));
    }
  }
  return out;
}

}  // namespace

Result<Url> UrlParser::run(std::string_view input) {
  const std::size_t length = input.size() + (base_ == nullptr ? 0 : base_->href_.size());
  if (length > Url::kMaxLength) {
    return fail(
        ErrorClass::invalid_input,
        fmt::format("it is {} bytes long with its base; at most {} are taken", length, Url::kMaxLength));
  }
  if (!scheme_start(clean(input))) return fail(ErrorClass::invalid_input, std::string(problem_));
  return std::move(url_);
}

std::string_view UrlParser::clean(std::string_view input) {
  while (!input.empty() && static_cast<unsigned char>(input.front()) <= 0x20) input.remove_prefix(1);
  while (!input.empty() && static_cast<unsigned char>(input.back()) <= 0x20) input.remove_suffix(1);
  bool plain = true;  // printable ASCII
  for (const char c : input) plain &= static_cast<signed char>(c) >= 0x20;
  if (!plain) {
    cleaned_ = cleaned(input);
    input = cleaned_;
  }
  const std::size_t base_size = base_ == nullptr ? 0 : base_->at_.fragment_begin;
  url_.href_.reserve(base_size + input.size() * (plain ? 1 : 3) + 16);
  return input;
}

bool UrlParser::refuse(std::string_view problem) {
  problem_ = problem;
  return false;
}

// ---- scheme ----

bool UrlParser::scheme_start(std::string_view rest) {
  if (!rest.empty() && is_ascii_alpha(rest[0])) {
    const auto end = std::ranges::find_if_not(rest, is_scheme_char);
    if (end != rest.end() && *end == ':') return scheme(rest, static_cast<std::size_t>(end - rest.begin()));
  }
  return no_scheme(rest);
}

bool UrlParser::scheme(std::string_view rest, std::size_t length) {
  for (const char c : rest.substr(0, length)) href_ += is_ascii_alpha(c) ? static_cast<char>(c | 0x20) : c;
  at_.special = is_special_scheme(href_);
  const bool as_base = base_ != nullptr && href_ == base_->scheme();
  at_.scheme_end = here();
  href_ += ':';
  rest.remove_prefix(length + 1);
  if (is_file()) return file(rest);
  if (at_.special) {
    if (as_base && !rest.starts_with("//")) return relative(rest);
    return special_authority_ignore_slashes(rest);
  }
  if (rest.starts_with("//")) return authority(rest.substr(2));
  no_authority();
  if (rest.starts_with('/')) return path(rest.substr(1));
  return opaque_path(rest);
}

bool UrlParser::no_scheme(std::string_view rest) {
  if (base_ == nullptr) return refuse("it has no scheme, and there is no base URL");
  if (base_->has_opaque_path()) {
    if (!rest.starts_with('#'))
      return refuse("it is relative, and the base URL has no hierarchy to resolve it in");
    copy_base(base_->at_.fragment_begin);
    return fragment(rest);
  }
  return base_is_file() ? file(rest) : relative(rest);
}

// ---- relative to the base ----

void UrlParser::copy_base(std::uint32_t end) {
  href_.assign(base_->href_, 0, end);
  at_ = base_->at_;
}

void UrlParser::copy_base_authority() {
  copy_base(base_->at_.port_end);
  at_.path_begin = here();
}

void UrlParser::copy_base_path(std::string_view base_path) {
  copy_base_authority();
  href_ += base_path;
}

bool UrlParser::relative(std::string_view rest) {
  at_.special = base_->at_.special;
  if (starts_with_slash(rest)) {
    if (rest.size() > 1 && is_slash(rest[1])) {
      href_.assign(base_->protocol());
      at_.scheme_end = base_->at_.scheme_end;
      return at_.special ? special_authority_ignore_slashes(rest) : authority(rest.substr(2));
    }
    copy_base_authority();
    return path(rest.substr(1));
  }
  if (rest.empty() || rest[0] == '?' || rest[0] == '#') return same_path(rest);
  const std::string_view base_path = base_->pathname();
  copy_base_path(base_path.substr(0, std::min(base_path.rfind('/'), base_path.size())));
  return path(rest);
}

bool UrlParser::same_path(std::string_view rest) {
  const bool new_query = rest.starts_with('?');
  copy_base(new_query ? base_->at_.query_begin : base_->at_.fragment_begin);
  return new_query ? query(rest) : fragment(rest);
}

// ---- file ----

bool UrlParser::file(std::string_view rest) {
  at_.special = true;
  if (starts_with_slash(rest)) return file_slash(rest.substr(1));
  if (!base_is_file()) return no_file_host(), path(rest);
  if (rest.empty() || rest[0] == '?' || rest[0] == '#') return same_path(rest);
  std::string_view base_path;
  if (!starts_with_windows_drive_letter(rest)) {
    base_path = base_->pathname();
    if (!(base_path.size() == 3 && path_starts_with_drive_letter(base_path))) {
      base_path = base_path.substr(0, base_path.rfind('/'));
    }
  }
  copy_base_path(base_path);
  return path(rest);
}

bool UrlParser::file_slash(std::string_view rest) {
  if (starts_with_slash(rest)) return file_host(rest.substr(1));
  if (!base_is_file()) return no_file_host(), path(rest);
  const bool keep_drive =
      !starts_with_windows_drive_letter(rest) && path_starts_with_drive_letter(base_->pathname());
  copy_base_path(base_->pathname().substr(0, keep_drive ? 3 : 0));
  return path(rest);
}

void UrlParser::no_file_host() {
  href_ = "file://";
  at_.scheme_end = 4;
  at_.host_kind = Url::HostKind::empty;
  set_authority_offsets();
}

bool UrlParser::file_host(std::string_view rest) {
  const std::string_view host = rest.substr(0, std::min(rest.find_first_of("/\\?#"), rest.size()));
  no_file_host();
  if (host.empty() || is_windows_drive_letter(host)) return path_start(rest);
  if (!append_host_at_end(host)) return false;
  if (std::string_view(href_).substr(at_.host_begin) == "localhost") no_file_host();
  at_.host_end = at_.port_end = at_.path_begin = here();
  return path_start(rest.substr(host.size()));
}

// ---- authority ----

void UrlParser::no_authority() {
  at_.host_kind = Url::HostKind::none;
  set_authority_offsets();
}

void UrlParser::set_authority_offsets() {
  at_.username_begin = at_.username_end = at_.password_end = at_.host_begin = at_.host_end = at_.port_end =
      at_.path_begin = here();
}

bool UrlParser::special_authority_ignore_slashes(std::string_view rest) {
  while (starts_with_slash(rest)) rest.remove_prefix(1);
  return authority(rest);
}

bool UrlParser::authority(std::string_view rest) {
  href_ += "//";
  set_authority_offsets();
  const std::size_t end = find_where(rest, [this](char c) { return is_slash(c) || c == '?' || c == '#'; });
  std::string_view host = rest.substr(0, end);
  if (const std::size_t at = host.rfind('@'); at != kNone) {
    credentials(host.substr(0, at));
    host.remove_prefix(at + 1);
    if (host.empty()) return refuse("there is no host after the '@'");
  }
  const std::size_t brackets_end = host.starts_with('[') ? std::min(host.find(']'), host.size()) : 0;
  const std::size_t colon = std::min(host.find(':', brackets_end), host.size());
  if (colon == 0 && (at_.special || !host.empty())) return refuse("there is no host");
  if (colon == 0) {
    at_.host_kind = Url::HostKind::empty;
  } else if (!append_host_at_end(host.substr(0, colon))) {
    return false;
  }
  return port(host.substr(colon)) && path_start(rest.substr(end));
}

void UrlParser::credentials(std::string_view text) {
  const std::size_t colon = std::min(text.find(':'), text.size());
  const std::string_view password = text.substr(std::min(colon + 1, text.size()));
  append_percent_encoded(text.substr(0, colon), EncodeSet::userinfo, href_);
  at_.username_end = at_.password_end = here();
  if (!password.empty()) {
    href_ += ':';
    append_percent_encoded(password, EncodeSet::userinfo, href_);
    at_.password_end = here();
  }
  if (at_.password_end > at_.username_begin) href_ += '@';
  at_.host_begin = here();
}

bool UrlParser::append_host_at_end(std::string_view host) {
  const auto kind = append_host(host, at_.special, href_);
  if (!kind) return refuse(kind.error());
  at_.host_kind = *kind;
  return true;
}

bool UrlParser::port(std::string_view text) {
  at_.host_end = at_.port_end = at_.path_begin = here();
  if (text.size() < 2) return true;
  unsigned number = 0;
  for (const char c : text.substr(1)) {
    if (!is_ascii_digit(c)) return refuse("the port is not a number");
    number = number * 10 + static_cast<unsigned>(c - '0');
    if (number > 65535) return refuse("the port is larger than 65535");
  }
  if (at_.special && number == url_.effective_port()) return true;
  fmt::format_to(std::back_inserter(href_), ":{}", number);
  at_.port = static_cast<std::uint16_t>(number);
  at_.port_end = at_.path_begin = here();
  return true;
}

Result<Url> Url::parse(std::string_view input) { return UrlParser(nullptr).run(input); }

Result<Url> Url::parse(std::string_view input, const Url& base) { return UrlParser(&base).run(input); }

}  // namespace gossamer
