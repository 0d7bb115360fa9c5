#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "plugins/html/raw_text.h"
#include "plugins/html/string_arena.h"

namespace gossamer {

// Gathers the text of one element, white space collapsed, up to a limit. A single piece that stands for
// itself, the usual case, is never copied.
class TextCollector {
 public:
  void begin(std::size_t limit) {
    limit_ = limit;
    only_piece_ = {};
    collapsed_.clear();
    pending_space_ = false;
    is_separated_ = false;
    is_open_ = true;
    is_full_ = false;
  }

  bool is_open() const { return is_open_; }

  void add(std::string_view raw, RawTextKind kind);

  // What comes next is another word, though no white space stands between.
  void separate() { is_separated_ = true; }

  // The text gathered since begin(): a view into the input or into `arena`.
  std::string_view finish(StringArena& arena);

 private:
  void append(std::string_view raw, RawTextKind kind);

  std::size_t limit_ = 0;
  std::string_view only_piece_;
  RawTextKind kind_ = RawTextKind::data;
  std::string collapsed_;  // used from the second piece on
  bool pending_space_ = false;
  bool is_separated_ = false;
  bool is_open_ = false;
  bool is_full_ = false;
};

}  // namespace gossamer
