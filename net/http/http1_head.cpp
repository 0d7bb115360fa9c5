#include "net/http/http1_head.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <fmt/format.h>
#include <optional>

#include "net/base/ascii.h"

namespace gossamer {
namespace {

// Remote bytes for a message: short, printable, on one line.
std::string excerpt(std::string_view text) {
  constexpr std::size_t kMaxShown = 60;
  std::string shown = "\"";
  for (const char c : text.substr(0, kMaxShown)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7f || c == '"') {
      shown += fmt::format("\\x{:02x}", byte);
    } else {
      shown += c;
    }
  }
  return shown + (text.size() > kMaxShown ? "...\"" : "\"");
}

std::unexpected<Error> malformed(std::string message) {
  return fail(ErrorClass::protocol, Phase::headers, std::move(message));
}

std::unexpected<Error> too_large(std::string message) {
  return fail(ErrorClass::too_large, Phase::headers, std::move(message));
}

// Takes the first line off `text`, without its line break.
std::string_view next_line(std::string_view& text) {
  const std::size_t lf = text.find('\n');
  std::string_view line = text.substr(0, lf);
  text.remove_prefix(lf == std::string_view::npos ? text.size() : lf + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string_view skip_empty_lines(std::string_view head) {
  const std::size_t start = head.find_first_not_of("\r\n");
  return start == std::string_view::npos ? std::string_view{} : head.substr(start);
}

std::optional<HttpVersion> parse_version(std::string_view text) {
  if (text.size() != 8 || !text.starts_with("HTTP/1.") || !is_ascii_digit(text[7])) return std::nullopt;
  return text[7] == '0' ? HttpVersion::http_1_0 : HttpVersion::http_1_1;
}

enum class Strictness { lenient, strict };

// One field line, or the continuation of the one before.
Result<void> parse_field_line(std::string_view line, Strictness strictness, Headers& headers) {
  const bool lenient = strictness == Strictness::lenient;
  if (line.find('\0') != std::string_view::npos) {
    return malformed(fmt::format("NUL byte in header line {}", excerpt(line)));
  }
  std::string without_cr;
  if (line.find('\r') != std::string_view::npos) {
    if (!lenient) return malformed(fmt::format("bare CR in header line {}", excerpt(line)));
    without_cr = line;
    std::ranges::replace(without_cr, '\r', ' ');  // RFC 9112 section 2.2
    line = without_cr;
  }
  if (line.front() == ' ' || line.front() == '\t') {
    if (!lenient) return malformed("folded header lines are not accepted");
    const std::string_view more = trim_spaces(line);
    if (!headers.empty() && !more.empty()) {
      headers.extend_last(" ");
      headers.extend_last(more);
    }
    return {};
  }
  const std::size_t colon = line.find(':');
  std::string_view name = line.substr(0, colon);
  if (lenient) name = trim_spaces(name);
  if (colon == std::string_view::npos || !is_token(name)) {
    if (lenient) return {};
    return malformed(fmt::format("malformed header line {}", excerpt(line)));
  }
  headers.add(name, trim_spaces(line.substr(colon + 1)));
  return {};
}

Result<Headers> parse_fields(std::string_view lines, Strictness strictness, const HeadLimits& limits) {
  Headers headers;
  headers.reserve(16, lines.size());
  while (!lines.empty()) {
    const std::string_view line = next_line(lines);
    if (line.empty()) continue;  // the empty line at the end
    if (auto parsed = parse_field_line(line, strictness, headers); !parsed) {
      return std::unexpected(std::move(parsed.error()));
    }
    if (headers.size() > limits.max_fields) {
      return too_large(fmt::format("more than {} header fields", limits.max_fields));
    }
  }
  return headers;
}

// Content-Length, which may be repeated as long as all values agree (RFC 9112 section 6.3).
Result<std::optional<std::uint64_t>> content_length(const Headers& headers) {
  std::optional<std::uint64_t> length;
  for (const std::string_view text : headers.list("content-length")) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) {
      return malformed(fmt::format("Content-Length {} is not a number", excerpt(text)));
    }
    if (length && *length != value) {
      return malformed(fmt::format("conflicting Content-Length values {} and {}", *length, value));
    }
    length = value;
  }
  return length;
}

// The transfer codings, "identity" dropped; chunked may stand only once and last.
Result<bool> is_chunked(const Headers& headers) {
  bool chunked = false;
  for (const std::string_view coding : headers.list("transfer-encoding")) {
    if (chunked) return malformed("Transfer-Encoding has a coding after chunked");
    chunked = equals_ignoring_case(coding, "chunked");
  }
  return chunked;
}

}  // namespace

Result<HeadCollector::Step> HeadCollector::collect(std::string_view input) {
  if (handed_out_) {
    buffer_.clear();
    handed_out_ = false;
  }
  std::size_t position = 0;
  while (position < input.size()) {
    const char* const start = input.data() + position;
    const auto* const lf = static_cast<const char*>(std::memchr(start, '\n', input.size() - position));
    const std::string_view rest(
        start, lf == nullptr ? input.size() - position : static_cast<std::size_t>(lf - start));
    scanner_.in_line = scanner_.in_line || rest.find_first_not_of('\r') != std::string_view::npos;
    const std::size_t size = rest.size() + (lf == nullptr ? 0 : 1);
    position += size;
    scanner_.taken += size;
    if (scanner_.taken > max_bytes_)
      return too_large(fmt::format("header fields exceed {} bytes", max_bytes_));
    if (lf == nullptr) break;
    if (!scanner_.in_line && scanner_.started) {  // the empty line that ends the head
      Step step{position, true, input.substr(0, position)};
      if (!buffer_.empty()) {
        buffer_.append(step.head);
        step.head = buffer_;
        handed_out_ = true;
      }
      scanner_ = {};
      return step;
    }
    scanner_.started = scanner_.started || scanner_.in_line;
    scanner_.in_line = false;
  }
  buffer_.append(input);
  return Step{input.size(), false, {}};
}

Result<ResponseHead> parse_response_head(std::string_view head, const HeadLimits& limits) {
  head = skip_empty_lines(head);
  const std::string_view line = next_line(head);
  const std::size_t blank = line.find(' ');
  const auto version = parse_version(line.substr(0, blank));
  const std::string_view rest =
      version && blank != std::string_view::npos ? trim_spaces(line.substr(blank)) : "";
  const bool has_code = rest.size() >= 3 && std::ranges::all_of(rest.substr(0, 3), is_ascii_digit) &&
                        rest[0] != '0' && (rest.size() == 3 || rest[3] == ' ');
  if (!has_code) {
    return malformed(fmt::format("not an HTTP/1 response: it starts with {}", excerpt(line)));
  }
  auto headers = parse_fields(head, Strictness::lenient, limits);
  if (!headers) return std::unexpected(std::move(headers.error()));
  const int status = (rest[0] - '0') * 100 + (rest[1] - '0') * 10 + (rest[2] - '0');
  return ResponseHead{*version, status, std::string(trim_spaces(rest.substr(3))), std::move(*headers)};
}

Result<RequestHead> parse_request_head(std::string_view head, const HeadLimits& limits) {
  head = skip_empty_lines(head);
  const std::string_view line = next_line(head);
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  const bool three_parts = first != std::string_view::npos && last > first + 1;
  const std::string_view target = three_parts ? line.substr(first + 1, last - first - 1) : "";
  const auto version = three_parts ? parse_version(line.substr(last + 1)) : std::nullopt;
  const bool printable = std::ranges::all_of(target, [](char c) { return c > 0x20 && c < 0x7f; });
  if (!version || !is_token(line.substr(0, first)) || !printable) {
    return malformed(fmt::format("malformed request line {}", excerpt(line)));
  }
  auto headers = parse_fields(head, Strictness::strict, limits);
  if (!headers) return std::unexpected(std::move(headers.error()));
  const std::size_t hosts = headers->get_all("host").size();
  if (hosts > 1 || (hosts == 0 && *version == HttpVersion::http_1_1)) {  // RFC 9112 section 3.2
    return malformed(fmt::format("{} Host fields in a request; there must be one", hosts));
  }
  return RequestHead{std::string(line.substr(0, first)), std::string(target), *version, std::move(*headers)};
}

Result<BodyFraming> response_framing(const ResponseHead& head, bool to_head_request) {
  using Kind = BodyFraming::Kind;
  if (to_head_request || head.status < 200 || head.status == 204 || head.status == 304) return BodyFraming{};
  if (head.headers.contains("transfer-encoding")) {
    const auto chunked = is_chunked(head.headers);
    if (!chunked) return std::unexpected(chunked.error());
    return BodyFraming{*chunked ? Kind::chunked : Kind::until_close};
  }
  const auto length = content_length(head.headers);
  if (!length) return std::unexpected(length.error());
  return *length ? BodyFraming{Kind::length, **length} : BodyFraming{Kind::until_close};
}

Result<BodyFraming> request_framing(const RequestHead& head) {
  using Kind = BodyFraming::Kind;
  const auto length = content_length(head.headers);
  if (!length) return std::unexpected(length.error());
  if (head.headers.contains("transfer-encoding")) {
    const auto chunked = is_chunked(head.headers);
    if (!chunked) return std::unexpected(chunked.error());
    if (*length || !*chunked) return malformed("Transfer-Encoding must be chunked, without Content-Length");
    return BodyFraming{Kind::chunked};
  }
  return *length ? BodyFraming{Kind::length, **length} : BodyFraming{};
}

}  // namespace gossamer
