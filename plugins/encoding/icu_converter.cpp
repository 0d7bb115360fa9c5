#include "plugins/encoding/icu_converter.h"

#include <array>
#include <stdexcept>
#include <unicode/ucnv.h>
#include <unicode/ucnv_err.h>
#include <unicode/utf16.h>

namespace gossamer {

void IcuConverter::Close::operator()(UConverter* converter) const { ucnv_close(converter); }

IcuConverter::IcuConverter(const char* name) {
  UErrorCode status = U_ZERO_ERROR;
  converter_.reset(ucnv_open(name, &status));
  ucnv_setToUCallBack(converter_.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
  ucnv_setFromUCallBack(converter_.get(), UCNV_FROM_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
  if (U_FAILURE(status)) throw std::runtime_error(std::string("ICU lacks the converter ") + name);
}

char32_t IcuConverter::decode(std::string_view bytes) {
  std::array<UChar, 8> units;
  UErrorCode status = U_ZERO_ERROR;
  const std::int32_t size = ucnv_toUChars(converter_.get(), units.data(), units.size(), bytes.data(),
                                          static_cast<std::int32_t>(bytes.size()), &status);
  if (U_FAILURE(status)) return 0;
  if (size == 1 && !U16_IS_SURROGATE(units[0])) return units[0];
  if (size == 2 && U16_IS_LEAD(units[0]) && U16_IS_TRAIL(units[1]))
    return static_cast<char32_t>(U16_GET_SUPPLEMENTARY(units[0], units[1]));
  return 0;
}

std::string IcuConverter::encode(char32_t code_point) {
  std::array<UChar, 2> units;
  std::int32_t size = 0;
  U16_APPEND_UNSAFE(units.data(), size, code_point);
  std::array<char, 16> bytes;
  UErrorCode status = U_ZERO_ERROR;
  const std::int32_t taken =
      ucnv_fromUChars(converter_.get(), bytes.data(), bytes.size(), units.data(), size, &status);
  return U_FAILURE(status) ? std::string() : std::string(bytes.data(), static_cast<std::size_t>(taken));
}

}  // namespace gossamer
