#include "plugins/html/text_collector.h"

#include "plugins/html/ascii.h"

namespace gossamer {

namespace {

// Whether `text`, without white space at its ends, is its own collapsed form; false too for some that have
// control characters.
bool stands_for_itself(std::string_view text) {
  char previous = 'x';
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < ' ' || c == '&' || (c == ' ' && previous == ' ')) return false;
    previous = c;
  }
  return true;
}

}  // namespace

void TextCollector::add(std::string_view raw, RawTextKind kind) {
  if (is_full_) return;
  if (only_piece_.empty() && collapsed_.empty()) {
    only_piece_ = raw;
    kind_ = kind;
    is_separated_ = false;
    return;
  }
  if (!only_piece_.empty()) append(std::exchange(only_piece_, {}), kind_);
  if (std::exchange(is_separated_, false) && !collapsed_.empty()) pending_space_ = true;
  append(raw, kind);
}

std::string_view TextCollector::finish(StringArena& arena) {
  is_open_ = false;
  if (!only_piece_.empty()) {
    const std::string_view stripped = strip_html_space(only_piece_);
    if (stripped.size() <= limit_ && stands_for_itself(stripped)) return stripped;
    append(only_piece_, kind_);
  }
  return arena.keep(collapsed_);
}

void TextCollector::append(std::string_view raw, RawTextKind kind) {
  if (!is_full_ && !append_collapsed(collapsed_, raw, kind, limit_, pending_space_)) is_full_ = true;
}

}  // namespace gossamer
