#pragma once

#include <memory>
#include <string>
#include <string_view>

struct UConverter;

namespace gossamer {

// The table of one of ICU's converters, asked character by character. One thread.
class IcuConverter {
 public:
  // Throws std::runtime_error where ICU was built without its data.
  explicit IcuConverter(const char* name);

  // The character that `bytes` are; 0 where they are none, or several.
  char32_t decode(std::string_view bytes);

  // The bytes that are `code_point`, "" for none.
  std::string encode(char32_t code_point);

 private:
  struct Close {
    void operator()(UConverter* converter) const;
  };
  std::unique_ptr<UConverter, Close> converter_;
};

}  // namespace gossamer
