#include <algorithm>
#include <array>
#include <cstdint>
#include <fmt/format.h>

#include "net/http/percent_encode.h"
#include "net/http/url_host.h"

namespace gossamer {
namespace {

constexpr std::uint64_t kTooLarge = std::uint64_t{1}
                                    << 40;  // larger than any address, and stays so when multiplied

// The IPv4 number parser: decimal, 0x hexadecimal or 0 octal, "0x" being 0. kTooLarge for any larger number.
bool parse_ipv4_number(std::string_view text, std::uint64_t& value) {
  if (text.empty()) return false;
  unsigned base = 10;
  if (text.size() >= 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
    base = 16;
    text.remove_prefix(2);
  } else if (text.size() >= 2 && text[0] == '0') {
    base = 8;
    text.remove_prefix(1);
  }
  value = 0;
  for (const char c : text) {
    const int digit = hex_value(c);
    if (digit < 0 || static_cast<unsigned>(digit) >= base) return false;
    value = std::min(value * base + static_cast<unsigned>(digit), kTooLarge);
  }
  return true;
}

// The dotted quad that may end an IPv6 address: exactly four decimal numbers without leading zeros.
bool parse_embedded_ipv4(std::string_view text, std::uint16_t& high, std::uint16_t& low) {
  std::array<unsigned, 4> numbers{};
  std::size_t i = 0;
  for (std::size_t n = 0; n < numbers.size(); ++n) {
    if (n > 0 && (i == text.size() || text[i++] != '.')) return false;
    const std::size_t begin = i;
    while (i < text.size() && text[i] >= '0' && text[i] <= '9') {
      if (i > begin && numbers[n] == 0) return false;
      numbers[n] = numbers[n] * 10 + static_cast<unsigned>(text[i++] - '0');
      if (numbers[n] > 255) return false;
    }
    if (i == begin) return false;
  }
  high = static_cast<std::uint16_t>(numbers[0] * 256 + numbers[1]);
  low = static_cast<std::uint16_t>(numbers[2] * 256 + numbers[3]);
  return i == text.size();
}

using Pieces = std::array<std::uint16_t, 8>;

bool parse_ipv6(std::string_view text, Pieces& pieces) {
  std::size_t count = 0;
  std::size_t compress = pieces.size() + 1;  // index of the piece where "::" stood
  std::size_t i = 0;
  if (text.starts_with(':')) {
    if (!text.starts_with("::")) return false;
    i = 2;
    compress = 0;
  }
  while (i < text.size()) {
    if (count == pieces.size()) return false;
    if (text[i] == ':') {
      if (compress <= pieces.size()) return false;
      compress = count;
      ++i;
      continue;
    }
    const std::size_t begin = i;
    unsigned value = 0;
    while (i < text.size() && i < begin + 4 && hex_value(text[i]) >= 0) {
      value = value * 16 + static_cast<unsigned>(hex_value(text[i++]));
    }
    if (i < text.size() && text[i] == '.') {
      if (count > 6 || !parse_embedded_ipv4(text.substr(begin), pieces[count], pieces[count + 1]))
        return false;
      count += 2;
      break;
    }
    if (i == begin) return false;
    pieces[count++] = static_cast<std::uint16_t>(value);
    if (i == text.size()) break;
    if (text[i++] != ':' || i == text.size()) return false;
  }
  if (compress > pieces.size()) return count == pieces.size();
  if (count == pieces.size()) return false;
  std::copy_backward(pieces.begin() + static_cast<std::ptrdiff_t>(compress),
                     pieces.begin() + static_cast<std::ptrdiff_t>(count), pieces.end());
  std::fill_n(pieces.begin() + static_cast<std::ptrdiff_t>(compress), pieces.size() - count,
              std::uint16_t{0});
  return true;
}

// RFC 5952: the first longest run of two or more zero pieces becomes "::".
void serialise_ipv6(const Pieces& pieces, std::string& out) {
  std::size_t best = pieces.size();
  std::size_t best_length = 1;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    std::size_t end = i;
    while (end < pieces.size() && pieces[end] == 0) ++end;
    if (end - i > best_length) {
      best = i;
      best_length = end - i;
    }
    i = std::max(i, end);
  }
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (i == best) {
      out += i == 0 ? "::" : ":";
      i += best_length - 1;
      continue;
    }
    fmt::format_to(std::back_inserter(out), "{:x}", pieces[i]);
    if (i + 1 < pieces.size()) out += ':';
  }
}

}  // namespace

bool append_ipv4(std::string_view text, std::string& out) {
  if (text.ends_with('.')) text.remove_suffix(1);
  std::array<std::uint64_t, 4> numbers{};
  std::size_t count = 0;
  for (;;) {
    const std::size_t dot = text.find('.');
    if (count == numbers.size() || !parse_ipv4_number(text.substr(0, dot), numbers[count++])) return false;
    if (dot == std::string_view::npos) break;
    text.remove_prefix(dot + 1);
  }
  // The last number fills all the bytes the others leave.
  std::uint64_t address = numbers[count - 1];
  if (address >= std::uint64_t{1} << (8 * (5 - count))) return false;
  for (std::size_t i = 0; i + 1 < count; ++i) {
    if (numbers[i] > 255) return false;
    address += numbers[i] << (8 * (3 - i));
  }
  fmt::format_to(std::back_inserter(out), "{}.{}.{}.{}", address >> 24, address >> 16 & 255,
                 address >> 8 & 255, address & 255);
  return true;
}

bool append_ipv6(std::string_view text, std::string& out) {
  Pieces pieces{};
  if (!parse_ipv6(text, pieces)) return false;
  serialise_ipv6(pieces, out);
  return true;
}

}  // namespace gossamer
