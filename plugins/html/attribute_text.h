#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "plugins/html/raw_text.h"
#include "plugins/html/string_arena.h"
#include "plugins/html/tokens.h"

namespace gossamer {

// What raw attributes stand for: a view of the page where nothing has to be decoded, else of a scratch that
// the next attribute takes.
class AttributeText {
 public:
  // `arena` must outlive it.
  explicit AttributeText(StringArena& arena) : arena_(arena) {}

  // "" for null. Valid until the next call.
  std::string_view of(const RawAttribute* attribute) {
    if (attribute == nullptr) return {};
    if (!needs_decoding(attribute->value)) return attribute->value;
    scratch_.clear();
    append_decoded(scratch_, attribute->value, RawTextKind::attribute);
    return scratch_;
  }

  // Whether `value` is a part of the scratch.
  bool holds(std::string_view value) const {
    return !std::less<>()(value.data(), scratch_.data()) &&
           std::less<>()(value.data(), scratch_.data() + scratch_.size());
  }

  // What of() gave last, or a part of it, for as long as the page lives.
  std::string_view kept(std::string_view value) { return holds(value) ? arena_.keep(value) : value; }

 private:
  StringArena& arena_;
  std::string scratch_;
};

}  // namespace gossamer
