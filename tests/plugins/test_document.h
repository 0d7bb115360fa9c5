#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "plugins/document.h"

namespace gossamer {

// The page of a test, in UTF-8.
inline Document document(std::string_view html) {
  auto parsed = Document::parse(html, "text/html; charset=utf-8");
  if (!parsed) throw std::runtime_error(parsed.error().message);
  return *std::move(parsed);
}

inline std::string repeat(std::string_view piece, std::size_t times) {
  std::string out;
  out.reserve(piece.size() * times);
  while (times-- > 0) out += piece;
  return out;
}

}  // namespace gossamer
