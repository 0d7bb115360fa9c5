#!/usr/bin/env python3
"""Writes character_reference_table.h: the named character references of HTML, sorted by name in byte order.

Run from the root: python3 plugins/html/generate_character_references.py
The names and values are those of Python's html.entities.html5.
"""
import html.entities
import pathlib

WIDTH = 110
rows = []
for name, value in sorted(html.entities.html5.items()):
    first, second = ord(value[0]), ord(value[1]) if len(value) > 1 else 0
    rows.append(f'{{"{name}", 0x{first:X}' + (f", 0x{second:X}" if second else "") + "},")

lines, line = [], ""
for row in rows:
    if line and len(line) + 1 + len(row) > WIDTH - 4:
        lines.append(line)
        line = ""
    line = f"{line} {row}" if line else row
lines.append(line)

pathlib.Path("plugins/html/character_reference_table.h").write_text(
    """#pragma once

// Written by generate_character_references.py; do not edit.

#include <string_view>

namespace gossamer {

// A named character reference, without the ampersand; `second` is 0 unless it stands for two code points.
struct NamedCharacterReference {
  std::string_view name;
  char32_t first = 0;
  char32_t second = 0;
};

// clang-format off
inline constexpr NamedCharacterReference kNamedCharacterReferences[] = {
"""
    + "".join(f"    {text}\n" for text in lines)
    + """};
// clang-format on

}  // namespace gossamer
"""
)
