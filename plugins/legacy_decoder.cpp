#include "plugins/legacy_decoder.h"

#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <unicode/ucnv.h>
#include <unordered_map>
#include <utility>

#include "net/base/byte_scan.h"
#include "net/base/utf8.h"

namespace gossamer {

namespace {

constexpr char32_t kReplacementCharacter = 0xFFFD;

struct ConverterCloser {
  void operator()(UConverter* converter) const { ucnv_close(converter); }
};
using Converter = std::unique_ptr<UConverter, ConverterCloser>;

// ICU's converter, which puts U+FFFD for what it cannot decode. Throws where ICU was built without its data.
Converter open_converter(const char* name) {
  UErrorCode status = U_ZERO_ERROR;
  Converter converter(ucnv_open(name, &status));
  if (U_FAILURE(status)) throw std::runtime_error(std::string("ICU lacks the converter ") + name);
  return converter;
}

// The code points of the bytes 80-FF.
using HighHalf = std::array<char16_t, 128>;

// clang-format off
// A0-FF of ISO-8859-16, which ICU does not have; 80-9F stand for themselves.
constexpr std::array<char16_t, 96> kIso8859_16 = {
    0x00A0, 0x0104, 0x0105, 0x0141, 0x20AC, 0x201E, 0x0160, 0x00A7, 0x0161, 0x00A9, 0x0218, 0x00AB,
    0x0179, 0x00AD, 0x017A, 0x017B, 0x00B0, 0x00B1, 0x010C, 0x0142, 0x017D, 0x201D, 0x00B6, 0x00B7,
    0x017E, 0x010D, 0x0219, 0x00BB, 0x0152, 0x0153, 0x0178, 0x017C, 0x00C0, 0x00C1, 0x00C2, 0x0102,
    0x00C4, 0x0106, 0x00C6, 0x00C7, 0x00C8, 0x00C9, 0x00CA, 0x00CB, 0x00CC, 0x00CD, 0x00CE, 0x00CF,
    0x0110, 0x0143, 0x00D2, 0x00D3, 0x00D4, 0x0150, 0x00D6, 0x015A, 0x0170, 0x00D9, 0x00DA, 0x00DB,
    0x00DC, 0x0118, 0x021A, 0x00DF, 0x00E0, 0x00E1, 0x00E2, 0x0103, 0x00E4, 0x0107, 0x00E6, 0x00E7,
    0x00E8, 0x00E9, 0x00EA, 0x00EB, 0x00EC, 0x00ED, 0x00EE, 0x00EF, 0x0111, 0x0144, 0x00F2, 0x00F3,
    0x00F4, 0x0151, 0x00F6, 0x015B, 0x0171, 0x00F9, 0x00FA, 0x00FB, 0x00FC, 0x0119, 0x021B, 0x00FF,
};
// clang-format on

HighHalf read_high_half(const Encoding& encoding) {
  HighHalf table{};
  if (encoding.icu_name == nullptr) {
    for (std::size_t i = 0; i < table.size(); ++i)
      table[i] = i < 32 ? static_cast<char16_t>(0x80 + i) : kIso8859_16[i - 32];
    return table;
  }
  const Converter converter = open_converter(encoding.icu_name);
  for (std::size_t i = 0; i < table.size(); ++i) {
    const char byte = static_cast<char>(0x80 + i);
    char16_t unit = kReplacementCharacter;
    UErrorCode status = U_ZERO_ERROR;
    ucnv_toUChars(converter.get(), &unit, 1, &byte, 1, &status);
    table[i] = U_FAILURE(status) ? static_cast<char16_t>(kReplacementCharacter) : unit;
  }
  if (encoding.name == "KOI8-U") {  // the standard has the Belarusian letter here, ICU a box drawing
    table[0xAE - 0x80] = 0x045E;
    table[0xBE - 0x80] = 0x040E;
  }
  return table;
}

// Made at the first use of an encoding; never changed, never freed.
const HighHalf& high_half(const Encoding& encoding) {
  static std::mutex mutex;
  static std::unordered_map<const Encoding*, std::unique_ptr<const HighHalf>> tables;
  const std::scoped_lock lock(mutex);
  std::unique_ptr<const HighHalf>& table = tables[&encoding];
  if (table == nullptr) table = std::make_unique<const HighHalf>(read_high_half(encoding));
  return *table;
}

template <class CodePoint>
bool append_single_bytes(std::string& out, std::string_view bytes, std::size_t limit,
                         CodePoint code_point_of) {
  const char* p = bytes.data();
  const char* const end = p + bytes.size();
  while (true) {
    const char* high = find_non_ascii(p, end);
    if (out.size() + static_cast<std::size_t>(high - p) > limit) return false;
    out.append(p, high);
    for (p = high; p != end && static_cast<unsigned char>(*p) >= 0x80; ++p) {
      append_code_point(out, code_point_of(static_cast<unsigned char>(*p)));
      if (out.size() > limit) return false;
    }
    if (p == end) return true;
  }
}

}  // namespace

// By ICU, over UTF-16.
class LegacyDecoder::Conversion {
 public:
  explicit Conversion(const char* icu_name)
      : icu_name_(icu_name), from_(open_converter(icu_name)), to_(open_converter("UTF-8")) {}

  bool write(std::string_view bytes, bool last, std::string& out, std::size_t limit) {
    std::array<char, 4096> block;
    const char* source = bytes.data();
    UErrorCode status = U_BUFFER_OVERFLOW_ERROR;
    while (status == U_BUFFER_OVERFLOW_ERROR) {
      status = U_ZERO_ERROR;
      char* target = block.data();
      ucnv_convertEx(to_.get(), from_.get(), &target, block.data() + block.size(), &source,
                     bytes.data() + bytes.size(), pivot_.data(), &pivot_source_, &pivot_target_,
                     pivot_.data() + pivot_.size(), false, last, &status);
      out.append(block.data(), target);
      if (out.size() > limit) return false;
    }
    if (U_FAILURE(status)) throw std::runtime_error(std::string("ICU cannot convert ") + icu_name_);
    return true;
  }

 private:
  const char* icu_name_;
  Converter from_;
  Converter to_;
  std::array<UChar, 1024> pivot_;
  UChar* pivot_source_ = pivot_.data();
  UChar* pivot_target_ = pivot_.data();
};

LegacyDecoder::LegacyDecoder(const Encoding& encoding) : encoding_(encoding) {
  if (encoding.kind == Encoding::Kind::multi_byte || encoding.kind == Encoding::Kind::utf16)
    conversion_ = std::make_unique<Conversion>(encoding.icu_name);
}

LegacyDecoder::~LegacyDecoder() = default;

bool LegacyDecoder::write(std::string_view bytes, bool last, std::string& out, std::size_t limit) {
  switch (encoding_.kind) {
    case Encoding::Kind::utf8:
      return append_valid_utf8(out, bytes, limit);
    case Encoding::Kind::single_byte: {
      const HighHalf& table = high_half(encoding_);
      return append_single_bytes(out, bytes, limit,
                                 [&table](unsigned char byte) -> char32_t { return table[byte - 0x80u]; });
    }
    case Encoding::Kind::user_defined:  // the high half is U+F780-U+F7FF
      return append_single_bytes(out, bytes, limit,
                                 [](unsigned char byte) -> char32_t { return 0xF700u + byte; });
    case Encoding::Kind::multi_byte:
    case Encoding::Kind::utf16:
      return conversion_->write(bytes, last, out, limit);
    case Encoding::Kind::replacement:  // never decoded: the standard holds these encodings unsafe
      if (!bytes.empty() && !std::exchange(replaced_, true)) append_code_point(out, kReplacementCharacter);
      return true;
  }
  return true;
}

}  // namespace gossamer
