#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace gossamer {

// Whether selectors compare the values of this attribute of HTML without regard to ASCII case, unless told
// otherwise: the list of the HTML standard, 4.16.2 "Case-sensitivity of selectors". `name` in lower case.
inline bool values_ignore_case(std::string_view name) {
  static constexpr std::array<std::string_view, 46> kNames = {
      "accept",     "accept-charset", "align",     "alink",    "axis",     "bgcolor", "charset",
      "checked",    "clear",          "codetype",  "color",    "compact",  "declare", "defer",
      "dir",        "direction",      "disabled",  "enctype",  "face",     "frame",   "hreflang",
      "http-equiv", "lang",           "language",  "link",     "media",    "method",  "multiple",
      "nohref",     "noresize",       "noshade",   "nowrap",   "readonly", "rel",     "rev",
      "rules",      "scope",          "scrolling", "selected", "shape",    "target",  "text",
      "type",       "valign",         "valuetype", "vlink"};
  return std::ranges::binary_search(kNames, name);
}

}  // namespace gossamer
