#pragma once

#include <cstddef>
#include <string_view>

#include "plugins/html/attribute_text.h"
#include "plugins/html/foreign_content.h"
#include "plugins/html/metadata_reader.h"
#include "plugins/html/raw_text.h"
#include "plugins/html/string_arena.h"
#include "plugins/html/text_breaks.h"
#include "plugins/html/text_collector.h"
#include "plugins/html/tokens.h"
#include "plugins/parser.h"

namespace gossamer {

struct Doctype;

// The tokenizer's sink that finds the links of a page, by the rules in plugins/html/html_parser.h, and shows
// its MetadataReader the elements that have metadata. Of all that passes it decodes only what it keeps.
class LinkSink {
 public:
  static constexpr std::size_t kMaxLinks = 1'000'000;

  // Fills `page`; both it and the tokenizer's input must outlive the sink. `is_xml`: the page is XHTML, where
  // any element may close itself, no element holds raw text, and CDATA sections stand everywhere.
  // Of the links those are kept that `window` wants. `robots_agent` as in PageBytes.
  LinkSink(ParsedPage& page, bool is_xml, LinkWindow window, std::string_view robots_agent)
      : page_(page),
        arena_(page.storage),
        url_(arena_),
        rel_(arena_),
        metadata_(page, arena_, url_, is_xml, robots_agent),
        is_xml_(is_xml),
        window_(window) {}

  void text(std::string_view raw, RawTextKind kind) {
    if (metadata_.is_open()) {
      metadata_.text(raw, kind);
    } else if (takes_text() && (kind == RawTextKind::data || kind == RawTextKind::cdata)) {
      anchor_.add(raw, kind);
    }
  }
  ContentModel start_tag(const StartTag& tag);
  void end_tag(const EndTag& tag);
  void comment(std::string_view) {}
  void doctype(const Doctype&) {}
  bool allows_cdata() const { return is_xml_ || foreign_.is_foreign(); }

  // To be called at the end of the input. False when the page had more than kMaxLinks links; the rest were
  // left out.
  bool finish();

 private:
  bool takes_text() const { return anchor_.is_open() && inert_depth_ == 0 && unread_.empty(); }
  void separate(NameKey key, std::string_view name) {
    if (takes_text() && break_around(key, name) != '\0') anchor_.separate();
  }
  void collect(const StartTag& tag);
  void collect_foreign(const StartTag& tag);
  void open_template(const StartTag& tag);
  void close_template();
  void open_anchor(const StartTag& tag, const RawAttribute* href);
  void close_anchor();
  void take_form(const StartTag& tag);
  void take_link(const StartTag& tag);
  void take_refresh(const StartTag& tag);
  bool take_hyperlink(LinkTag link_tag, const StartTag& tag, const RawAttribute* href);
  void take_source(LinkTag link_tag, const StartTag& tag, std::string_view attribute);
  void take_srcset(LinkTag link_tag, const StartTag& tag);

  // False where the link was left out.
  bool add_link(LinkTag tag, std::string_view url, std::string_view rel = {});

  std::string_view value_of(const RawAttribute* attribute) { return url_.of(attribute); }
  std::string_view value_of(const StartTag& tag, std::string_view attribute) {
    return value_of(tag.find(attribute));
  }
  std::string_view rel_of(const StartTag& tag) { return rel_.of(tag.find("rel")); }
  // As AttributeText::kept(); the link pays for a copy.
  std::string_view kept(AttributeText& text, std::string_view value);

  ParsedPage& page_;
  StringArena arena_;
  AttributeText url_;  // of every attribute but rel
  AttributeText rel_;
  MetadataReader metadata_;
  const bool is_xml_;
  LinkWindow window_;
  TextCollector anchor_;
  std::size_t anchor_link_ = 0;  // the index of the link whose text anchor_ gathers
  std::string_view unread_;      // in XHTML, the open element whose text would be raw in HTML, and counts not
  ForeignContent foreign_;
  std::size_t template_depth_ = 0;
  std::size_t inert_depth_ = 0;  // the depth of the outermost template whose contents are inert; 0: none
  bool is_cut_ = false;          // the tag at hand has attributes that were not read: a rel=nofollow, maybe
  bool has_refresh_ = false;
  bool is_form_open_ = false;
  bool has_too_many_links_ = false;
};

}  // namespace gossamer
