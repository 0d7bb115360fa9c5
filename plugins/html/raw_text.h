#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "plugins/html/tokens.h"

namespace gossamer {

// The tokenizer hands out text as it stands in the input; what it stands for depends on where it was found.
// Everywhere CR LF and CR stand for LF.
enum class RawTextKind {
  data,       // character references; NUL kept, as the tree builder decides about it
  rcdata,     // character references; NUL is U+FFFD (title, textarea)
  rawtext,    // no references; NUL is U+FFFD (style, script, plaintext, comments, doctype identifiers)
  cdata,      // no references; NUL kept
  attribute,  // character references by the rule for attributes; NUL is U+FFFD
};

// Whether `raw` may differ from what it stands for: it holds '&', CR or NUL.
bool needs_decoding(std::string_view raw);

// Appends to `out` what `raw` stands for. `out` grows by at most three times raw.size().
void append_decoded(std::string& out, std::string_view raw, RawTextKind kind);

// What an attribute of a tag stands for; "" for null.
std::string decoded_value(const RawAttribute* attribute);

// Appends what `raw`, the name of a tag, an attribute or a doctype, stands for: ASCII letters in lower case,
// NUL as U+FFFD.
void append_decoded_name(std::string& out, std::string_view raw);

// Appends what `raw` stands for with runs of ASCII white space collapsed into one space, none of it at the
// start of `out`; a space at the end is not written until something follows: `pending_space` carries it from
// call to call. A NUL that stands for itself is dropped. Stops before `out` would exceed `limit` bytes,
// between characters, and returns false then.
bool append_collapsed(std::string& out, std::string_view raw, RawTextKind kind, std::size_t limit,
                      bool& pending_space);

}  // namespace gossamer
