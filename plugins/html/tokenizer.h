#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include "net/base/byte_scan.h"
#include "plugins/html/ascii.h"
#include "plugins/html/doctype.h"
#include "plugins/html/raw_content.h"
#include "plugins/html/raw_text.h"
#include "plugins/html/tokens.h"

namespace gossamer {

// Turns one HTML document in UTF-8 into tokens (WHATWG HTML 13.2.5), in one pass, without allocating: every
// token is raw views into the input, to be decoded only where the sink wants it (plugins/html/raw_text.h).
// Linear in the input, whatever it is. Of a tag's attributes those past the first kMaxAttributes are read
// over. A Sink has
//   void text(std::string_view raw, RawTextKind kind);  // neighbouring text may come in several pieces
//   ContentModel start_tag(const StartTag& tag);        // how to read what follows
//   void end_tag(const EndTag& tag);
//   void comment(std::string_view raw);                 // RawTextKind::rawtext
//   void doctype(const Doctype& doctype);
//   bool allows_cdata() const;                          // whether <![CDATA[ stands in foreign content here
template <class Sink>
class Tokenizer {
 public:
  static constexpr std::size_t kMaxAttributes = 512;

  // Both must outlive the tokenizer.
  Tokenizer(std::string_view input, Sink& sink)
      : p_(input.data()), end_(input.data() + input.size()), sink_(sink) {}

  // Reads the whole input. `model` and `last_start_tag` are the state to begin in.
  void run(ContentModel model = ContentModel::data, std::string_view last_start_tag = {}) {
    last_start_tag_ = last_start_tag;
    model_ = model;
    while (p_ != end_) {
      switch (model_) {
        case ContentModel::data:
          read_data();
          break;
        case ContentModel::rcdata:
          read_element_text(find_end_tag(p_, end_, last_start_tag_), RawTextKind::rcdata);
          break;
        case ContentModel::rawtext:
          read_element_text(find_end_tag(p_, end_, last_start_tag_), RawTextKind::rawtext);
          break;
        case ContentModel::script_data:
          read_element_text(find_script_end(p_, end_, last_start_tag_), RawTextKind::rawtext);
          break;
        case ContentModel::plaintext:
          read_element_text(end_, RawTextKind::rawtext);
          break;
        case ContentModel::cdata_section:
          read_cdata_section();
          break;
      }
    }
  }

 private:
  // Data state: until the input ends or the content model changes.
  void read_data() {
    const char* text = p_;
    while (true) {
      if (p_ == end_ || *p_ != '<') p_ = find_byte(p_, end_, '<');
      const std::ptrdiff_t left = end_ - p_;
      if (left < 2) {
        p_ = end_;
        emit_text(text, p_, RawTextKind::data);
        return;
      }
      const char next = p_[1];
      if (name_tables::is(next, name_tables::kLetter)) {
        emit_text(text, p_, RawTextKind::data);
        ++p_;
        read_start_tag();
      } else if (next == '/') {
        if (left == 2) {
          p_ = end_;
          emit_text(text, p_, RawTextKind::data);
          return;
        }
        emit_text(text, p_, RawTextKind::data);
        p_ += 2;
        read_end_tag_open();
      } else if (next == '!') {
        emit_text(text, p_, RawTextKind::data);
        p_ += 2;
        read_markup_declaration();
      } else if (next == '?') {
        emit_text(text, p_, RawTextKind::data);
        ++p_;
        read_bogus_comment();
      } else {
        ++p_;  // the '<' is text
        continue;
      }
      if (model_ != ContentModel::data) return;
      text = p_;
    }
  }

  // The text of an element up to `text_end`, and its end tag when there is one.
  void read_element_text(const char* text_end, RawTextKind kind) {
    emit_text(p_, text_end, kind);
    p_ = text_end;
    if (p_ == end_) return;
    model_ = ContentModel::data;
    p_ += 2;
    read_end_tag();
  }

  void read_cdata_section() {
    const char* start = p_;
    for (const char* close = start; (close = find_byte(close, end_, '>')) != end_; ++close) {
      if (!std::string_view(start, close).ends_with("]]")) continue;
      emit_text(start, close - 2, RawTextKind::cdata);
      p_ = close + 1;
      model_ = ContentModel::data;
      return;
    }
    emit_text(start, end_, RawTextKind::cdata);
    p_ = end_;
  }

  void read_start_tag() {
    StartTag tag;
    if (!read_tag(tag.key, tag.name, tag.self_closing)) return;
    tag.attributes = {attributes_.data(), std::min(attribute_count_, kMaxAttributes)};
    tag.has_more_attributes = attribute_count_ > kMaxAttributes;
    model_ = sink_.start_tag(tag);
    if (model_ != ContentModel::data) last_start_tag_ = tag.name;
  }

  void read_end_tag_open() {
    if (name_tables::is(*p_, name_tables::kLetter)) {
      read_end_tag();
    } else if (*p_ == '>') {
      ++p_;  // "</>" stands for nothing
    } else {
      read_bogus_comment();
    }
  }

  void read_end_tag() {
    EndTag tag;
    bool self_closing = false;
    if (read_tag(tag.key, tag.name, self_closing)) sink_.end_tag(tag);
  }

  // Name and attributes of the tag whose name starts at p_, up to and with its '>'. False when the input ends
  // before.
  bool read_tag(NameKey& key, std::string_view& name, bool& self_closing) {
    using namespace name_tables;
    attribute_count_ = 0;
    const char* p = p_;
    const char* const end = end_;
    NameKey folded = 0;
    do {
      folded = folded << 8 | kFolded[static_cast<unsigned char>(*p)];
      ++p;
    } while (p != end && !is(*p, kEndsTagName));
    name = std::string_view(p_, p);
    key = name.size() <= kMaxKeyedName ? folded : 0;
    while ((p = skip_space(p, end)) != end) {
      if (*p == '>') {
        p_ = p + 1;
        return true;
      }
      if (*p != '/') {
        p = read_attribute(p, end);
      } else if (++p != end && *p == '>') {
        p_ = p + 1;
        self_closing = true;
        return true;
      }
    }
    p_ = end;
    return false;
  }

  // One attribute, whose name starts at p: its first byte, whatever it is, and all up to what ends one. The
  // end when the input ends in the attribute.
  const char* read_attribute(const char* p, const char* end) {
    using namespace name_tables;
    RawAttribute& attribute = attributes_[std::min(attribute_count_++, kMaxAttributes)];
    const char* start = p;
    do {
      ++p;
    } while (p != end && !is(*p, kEndsAttributeName));
    attribute.name = std::string_view(start, p);
    attribute.value = {};
    p = skip_space(p, end);
    if (p != end && *p == '=') {
      p = skip_space(p + 1, end);
      if (p == end) return end;
      start = p;
      if (*p == '"' || *p == '\'') {
        ++start;
        p = find_byte(start, end, *p);
        if (p == end) return end;
        attribute.value = std::string_view(start, p);
        ++p;
      } else {
        while (p != end && !is(*p, kEndsUnquotedValue)) ++p;
        attribute.value = std::string_view(start, p);
      }
    }
    return p;
  }

  static const char* skip_space(const char* p, const char* end) {
    while (p != end && name_tables::is(*p, name_tables::kSpace)) ++p;
    return p;
  }

  // Behind "<!".
  void read_markup_declaration() {
    const std::string_view rest(p_, end_);
    if (rest.starts_with("--")) {
      const char* start = p_ + 2;
      const char* data_end = find_comment_end(start, end_, p_);
      sink_.comment({start, data_end});
    } else if (starts_with_ignoring_case(rest, "doctype")) {
      p_ += 7;
      sink_.doctype(read_doctype(p_, end_));
    } else if (rest.starts_with("[CDATA[") && sink_.allows_cdata()) {
      p_ += 7;
      model_ = ContentModel::cdata_section;
    } else {
      read_bogus_comment();
    }
  }

  void read_bogus_comment() {
    const char* start = p_;
    p_ = find_byte(p_, end_, '>');
    sink_.comment({start, p_});
    if (p_ != end_) ++p_;
  }

  void emit_text(const char* start, const char* stop, RawTextKind kind) {
    if (start != stop) sink_.text({start, stop}, kind);
  }

  const char* p_;
  const char* end_;
  Sink& sink_;
  ContentModel model_ = ContentModel::data;
  std::string_view last_start_tag_;
  std::size_t attribute_count_ = 0;                          // of the tag at hand, read over ones too
  std::array<RawAttribute, kMaxAttributes + 1> attributes_;  // the last one is for those read over
};

}  // namespace gossamer
