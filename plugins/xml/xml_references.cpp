#include "plugins/xml/xml_references.h"

#include <fmt/format.h>
#include <utility>

#include "plugins/html/character_references.h"

namespace gossamer {

std::string meaning_of_reference(std::string_view name) {
  std::string reference = fmt::format("&{};", name);
  CharacterReference found = read_character_reference(reference, false);
  return found.length == reference.size() ? std::move(found.text) : reference;
}

std::string_view decode_attribute(std::string_view value, std::string& buffer) {
  std::size_t ampersand = value.find('&');
  if (ampersand == std::string_view::npos) return value;
  buffer.clear();
  for (; ampersand != std::string_view::npos; ampersand = value.find('&')) {
    buffer += value.substr(0, ampersand);
    value.remove_prefix(ampersand);
    const std::size_t end = value.find(';');
    const std::string_view name = value.substr(1, end - 1);
    buffer += name == "#38" ? "&" : meaning_of_reference(name);
    value.remove_prefix(end + 1);
  }
  return buffer += value;
}

}  // namespace gossamer
