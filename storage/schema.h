#pragma once

#include <string_view>

namespace gossamer {

// "Goss", in the header of every crawl database.
inline constexpr int kApplicationId = 0x476f7373;
inline constexpr int kSchemaVersion = 5;

// The CREATE statements of that version, docs/schema.md in SQL; the comments show up in `sqlite3 crawl.db
// .schema`.
extern const std::string_view kSchema;

}  // namespace gossamer
