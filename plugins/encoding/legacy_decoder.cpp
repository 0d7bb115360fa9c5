#include "plugins/encoding/legacy_decoder.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "net/base/byte_scan.h"
#include "net/base/utf8.h"
#include "plugins/encoding/single_byte_index.h"

namespace gossamer {

namespace {

// Copies ASCII; from each other byte on `append_next(rest)` appends a character and gives its length, 0 if
// more must come first.
template <class AppendNext>
bool append_ascii_superset(std::string& out, std::string_view& bytes, std::size_t limit,
                           AppendNext append_next) {
  const char* p = bytes.data();
  const char* const end = p + bytes.size();
  while (p != end) {
    const char* high = find_non_ascii(p, end);
    if (out.size() + static_cast<std::size_t>(high - p) > limit) return false;
    out.append(p, high);
    for (p = high; p != end && static_cast<unsigned char>(*p) >= 0x80;) {
      const std::size_t length = append_next(std::string_view(p, end));
      if (out.size() > limit) return false;
      if (length == 0) {
        bytes = {p, end};
        return true;
      }
      p += length;
    }
  }
  bytes = {};
  return true;
}

template <class CodePoint>
bool append_single_bytes(std::string& out, std::string_view& bytes, std::size_t limit,
                         CodePoint code_point_of) {
  return append_ascii_superset(out, bytes, limit, [&](std::string_view rest) -> std::size_t {
    append_code_point(out, code_point_of(static_cast<unsigned char>(rest[0])));
    return 1;
  });
}

bool is_surrogate(char32_t unit) { return unit >= 0xD800 && unit <= 0xDFFF; }
bool is_lead_surrogate(char32_t unit) { return unit >= 0xD800 && unit <= 0xDBFF; }

// The shared UTF-16 decoder (Encoding Standard, section 14.2.1).
bool append_utf16(std::string& out, std::string_view& bytes, bool last, std::size_t limit,
                  bool is_big_endian) {
  const auto unit_at = [&](std::size_t i) -> char32_t {
    const auto first = static_cast<unsigned char>(bytes[i]);
    const auto second = static_cast<unsigned char>(bytes[i + 1]);
    return is_big_endian ? first << 8 | second : second << 8 | first;
  };
  while (!bytes.empty() && out.size() <= limit) {
    const std::size_t wanted = bytes.size() < 2 ? 2 : is_lead_surrogate(unit_at(0)) ? 4 : 2;
    if (bytes.size() < wanted && !last) break;
    char32_t found = kReplacementCharacter;
    std::size_t length = std::min<std::size_t>(bytes.size(), 2);
    if (bytes.size() < wanted) {
      length = bytes.size();
    } else if (!is_surrogate(unit_at(0))) {
      found = unit_at(0);
    } else if (wanted == 4 && is_surrogate(unit_at(2)) && !is_lead_surrogate(unit_at(2))) {
      found = 0x10000 + ((unit_at(0) - 0xD800) << 10) + (unit_at(2) - 0xDC00);
      length = 4;
    }
    append_code_point(out, found);
    bytes.remove_prefix(length);
  }
  return out.size() <= limit;
}

}  // namespace

LegacyDecoder::LegacyDecoder(const Encoding& encoding) : encoding_(encoding) {
  if (MultiByteDecoder::decodes(encoding.kind)) multi_byte_.emplace(encoding);
}

bool LegacyDecoder::write(std::string_view bytes, bool last, std::string& out, std::size_t limit) {
  const std::string joined = carry_.empty() ? std::string() : std::exchange(carry_, {}).append(bytes);
  std::string_view rest = joined.empty() ? bytes : joined;
  const bool fits = decode(rest, last, out, limit);
  if (fits) carry_ = rest;
  return fits;
}

bool LegacyDecoder::decode(std::string_view& bytes, bool last, std::string& out, std::size_t limit) {
  switch (encoding_.kind) {
    case Encoding::Kind::utf8:
      return append_valid_utf8(out, std::exchange(bytes, {}), limit);
    case Encoding::Kind::single_byte: {
      const SingleByteIndex& index = SingleByteIndex::of(encoding_);
      return append_single_bytes(out, bytes, limit, [&](unsigned char byte) { return index.at(byte); });
    }
    case Encoding::Kind::user_defined:  // the high half is U+F780-U+F7FF
      return append_single_bytes(out, bytes, limit,
                                 [](unsigned char byte) -> char32_t { return 0xF700u + byte; });
    case Encoding::Kind::double_byte:
    case Encoding::Kind::shift_jis:
    case Encoding::Kind::euc_jp:
    case Encoding::Kind::gb18030:
      return append_ascii_superset(out, bytes, limit, [&](std::string_view rest) {
        return multi_byte_->append_next(out, rest, last);
      });
    case Encoding::Kind::iso_2022_jp:
      return iso_2022_jp_.write(bytes, last, out, limit);
    case Encoding::Kind::utf16:
      return append_utf16(out, bytes, last, limit, &encoding_ == &kUtf16Be);
    case Encoding::Kind::replacement:  // never decoded: the standard holds these encodings unsafe
      if (!std::exchange(bytes, {}).empty() && !std::exchange(replaced_, true))
        append_code_point(out, kReplacementCharacter);
      return true;
  }
  return true;
}

}  // namespace gossamer
