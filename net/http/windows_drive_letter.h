#pragma once

#include <string_view>

namespace gossamer {

// Windows drive letters in file: URLs (URL Standard section 4.2): "C:" or, to be repaired, "C|".
inline bool is_windows_drive_letter(std::string_view text) {
  const auto is_alpha = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return text.size() == 2 && is_alpha(text[0]) && (text[1] == ':' || text[1] == '|');
}

// Whether the first segment of `text` is one.
inline bool starts_with_windows_drive_letter(std::string_view text) {
  return text.size() >= 2 && is_windows_drive_letter(text.substr(0, 2)) &&
         (text.size() == 2 || std::string_view("/\\?#").contains(text[2]));
}

// Whether the serialised path is "/C:" or begins with "/C:/".
inline bool path_starts_with_drive_letter(std::string_view path) {
  return path.size() >= 3 && path[0] == '/' && path[2] == ':' &&
         starts_with_windows_drive_letter(path.substr(1));
}

}  // namespace gossamer
