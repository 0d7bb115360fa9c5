#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "plugins/html/string_arena.h"
#include "plugins/parser.h"
#include "plugins/plugin_api.h"

namespace gossamer {

// Collects what a plugin reports of one page, checked and copied. Lives during one call of parse(); the table
// points into it, so it does not move.
class PluginSink {
 public:
  static constexpr std::size_t kMaxItemBytes = 1 << 20;
  static constexpr std::size_t kMaxPageBytes = 64 << 20;  // of items and links of one page

  // `page` tells which links are kept.
  explicit PluginSink(const PageBytes& page = {});
  PluginSink(const PluginSink&) = delete;
  PluginSink& operator=(const PluginSink&) = delete;

  const gossamer_sink* table() const { return &table_; }

  // What was found, or why the page failed: the first thing refused, else what the plugin said of its
  // GOSSAMER_ERROR.
  Result<ParsedPage> finish(gossamer_status status);

 private:
  gossamer_status add_item(std::string_view json);
  gossamer_status add_link(const gossamer_link* link);
  gossamer_status refuse(std::string message);
  bool has_room_for(std::size_t bytes);
  bool has_room_for_item(std::size_t bytes);
  std::string_view keep(std::string_view text) { return arena_.keep(text); }

  gossamer_sink table_{};
  ParsedPage page_;
  StringArena arena_{page_.storage};
  LinkWindow window_;
  std::size_t max_items_;
  std::size_t item_bytes_ = 0;
  std::size_t bytes_ = 0;
  std::optional<std::string> refusal_;
  std::string error_;
};

}  // namespace gossamer
