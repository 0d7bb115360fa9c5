#pragma once

#include <optional>
#include <string_view>

namespace gossamer {

// A document type declaration; raw text as in the input (RawTextKind::rawtext, the name by
// append_decoded_name).
struct Doctype {
  std::optional<std::string_view> name;
  std::optional<std::string_view> public_id;
  std::optional<std::string_view> system_id;
  bool force_quirks = false;
};

// Reads the declaration whose "<!DOCTYPE" ends at `p` (WHATWG HTML 13.2.5.53-68) and moves `p` behind its '>'
// or to `end`.
Doctype read_doctype(const char*& p, const char* end);

}  // namespace gossamer
