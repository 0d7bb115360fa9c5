#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "plugins/json_document.h"
#include "tests/fuzz/require.h"

// A body is any bytes, and a pointer (the first line) anything a program may hold. Every value is found by
// the pointer that nlohmann-json has for it, and where both take a pointer both find the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gossamer;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t line = std::min(input.find('\n'), size);
  const std::string pointer(input.substr(0, line));
  const auto document = JsonDocument::parse(input.substr(std::min(line + 1, size)));
  if (!document) {
    require(document.error().message.find('\n') == std::string::npos);
    return 0;
  }
  const auto found = document->find(pointer);
  require(found.has_value() || found.error().message.find('\n') == std::string::npos);
  try {
    const nlohmann::json::json_pointer other(pointer);
    require(found.has_value());
    const bool exists = document->root().contains(other);
    require(exists == (*found != nullptr));
    if (exists) require(&document->root().at(other) == *found);
  } catch (const nlohmann::json::parse_error&) {  // no pointer, or an array index with a leading zero
    require(!found.has_value() || *found == nullptr);
  } catch (const nlohmann::json::out_of_range&) {
    require(*found == nullptr);
  }
  if (size > 2000) return 0;
  const nlohmann::json flat = document->root().flatten();
  for (const auto& [place, value] : flat.items())  // which has null for an empty array or object
    require(value.is_null() || **document->find(place) == value);
  return 0;
}
