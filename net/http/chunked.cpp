#include "net/http/chunked.h"

#include <algorithm>
#include <fmt/format.h>
#include <limits>

#include "net/base/ascii.h"

namespace gossamer {
namespace {

std::unexpected<Error> malformed(std::string_view what) {
  return fail(ErrorClass::protocol, Phase::body, fmt::format("malformed chunked body: {}", what));
}

}  // namespace

Result<ChunkedDecoder::Step> ChunkedDecoder::decode(std::string_view input) {
  std::size_t position = 0;
  while (position < input.size() && state_ != State::done) {
    if (state_ == State::data) {
      const std::size_t size = std::min<std::uint64_t>(remaining_, input.size() - position);
      remaining_ -= size;
      if (remaining_ == 0) state_ = State::data_cr;
      return Step{position + size, input.substr(position, size)};
    }
    if (auto taken = take(input[position]); !taken) return std::unexpected(std::move(taken.error()));
    ++position;
  }
  return Step{position, {}};
}

// One byte of the framing around the data. Bare LF is accepted for CRLF (RFC 9112 section 2.2); a CR without
// LF is not.
Result<void> ChunkedDecoder::take(char c) {
  switch (state_) {
    case State::size_start:
      if (hex_value(c) < 0) return malformed("a chunk size must start with a hexadecimal digit");
      remaining_ = static_cast<std::uint64_t>(hex_value(c));
      line_bytes_ = 1;
      state_ = State::size;
      return {};
    case State::size:
      if (const int digit = hex_value(c); digit >= 0) {
        if (remaining_ > (std::numeric_limits<std::uint64_t>::max() >> 4)) {
          return malformed("a chunk size above 64 bits");
        }
        remaining_ = remaining_ * 16 + static_cast<std::uint64_t>(digit);
        if (++line_bytes_ > kMaxLineBytes) return malformed("a chunk-size line without end");
        return {};
      }
      if (c != '\r' && c != '\n' && c != ';' && c != ' ' && c != '\t') {
        return malformed("a chunk size is not hexadecimal");
      }
      state_ = State::extension;
      return take(c);
    case State::extension:
      if (c == '\n') return end_size_line();
      if (c == '\r') state_ = State::size_lf;
      if (++line_bytes_ > kMaxLineBytes) return malformed("a chunk-size line without end");
      return {};
    case State::size_lf:
      if (c != '\n') return malformed("CR without LF after a chunk size");
      return end_size_line();
    case State::data_cr:
      if (c == '\r') {
        state_ = State::data_lf;
        return {};
      }
      [[fallthrough]];
    case State::data_lf:
      if (c != '\n') return malformed("no line break after the data of a chunk");
      state_ = State::size_start;
      return {};
    case State::trailer_start:
      if (c == '\n') {
        state_ = State::done;
        return {};
      }
      state_ = c == '\r' ? State::trailer_lf : State::trailer;
      break;
    case State::trailer:
      if (c == '\n') state_ = State::trailer_start;
      break;
    case State::trailer_lf:
      if (c != '\n') return malformed("CR without LF in the trailer section");
      state_ = State::done;
      return {};
    case State::data:
    case State::done:
      break;  // not framing: decode() does not come here
  }
  if (++line_bytes_ > kMaxTrailerBytes) {
    return fail(ErrorClass::too_large, Phase::body,
                fmt::format("trailer fields exceed {} bytes", kMaxTrailerBytes));
  }
  return {};
}

Result<void> ChunkedDecoder::end_size_line() {
  state_ = remaining_ == 0 ? State::trailer_start : State::data;
  line_bytes_ = 0;
  return {};
}

}  // namespace gossamer
