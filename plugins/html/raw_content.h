#pragma once

#include <string_view>

namespace gossamer {

// Where the contents of an element end that are not parsed as data: at the '<' of its end tag "</name"
// followed by white space, '/' or '>' (the "appropriate end tag token"), or at `end`. `name` in any case;
// with "" there is no end tag.
const char* find_end_tag(const char* p, const char* end, std::string_view name);

// The same for script data, where "<!--" opens a stretch in which <script>...</script> may nest (13.2.5.4,
// 17-31).
const char* find_script_end(const char* p, const char* end, std::string_view name);

// The end of the comment whose data start at `p`: the end of the data; `after` is set behind the comment's
// close.
const char* find_comment_end(const char* p, const char* end, const char*& after);

}  // namespace gossamer
