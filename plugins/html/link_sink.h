#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "plugins/html/foreign_content.h"
#include "plugins/html/raw_text.h"
#include "plugins/html/string_arena.h"
#include "plugins/html/text_collector.h"
#include "plugins/html/tokens.h"
#include "plugins/parser.h"

namespace gossamer {

struct Doctype;

// The tokenizer's sink that finds the links and the metadata of a page, by the rules in
// plugins/html/html_parser.h. Of all that passes it decodes only what it keeps.
class LinkSink {
 public:
  static constexpr std::size_t kMaxLinks = 1'000'000;

  // Fills `page`; both it and the tokenizer's input must outlive the sink. `is_xml`: the page is XHTML, where
  // any element may close itself, no element holds raw text, and CDATA sections stand everywhere.
  // Of the links those are kept that `window` wants.
  LinkSink(ParsedPage& page, bool is_xml, LinkWindow window)
      : page_(page), arena_(page.storage), is_xml_(is_xml), window_(window) {}

  void text(std::string_view raw, RawTextKind kind) {
    if (title_.is_open()) {
      title_.add(raw, kind);
    } else if (anchor_.is_open() && (kind == RawTextKind::data || kind == RawTextKind::cdata)) {
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
  void collect(const StartTag& tag);
  void collect_foreign(const StartTag& tag);
  void open_template(const StartTag& tag);
  void close_template();
  void open_anchor(const StartTag& tag, const RawAttribute* href);
  void close_anchor();
  void open_title(const StartTag& tag);
  void close_title();
  void take_base(const StartTag& tag);
  void take_language(const StartTag& tag);
  void take_link(const StartTag& tag);
  void take_meta(const StartTag& tag);
  void take_refresh(std::string_view content);
  bool take_hyperlink(LinkTag link_tag, const StartTag& tag, const RawAttribute* href);
  void take_source(LinkTag link_tag, const StartTag& tag, std::string_view attribute);
  void take_srcset(LinkTag link_tag, const StartTag& tag);

  // False where the link was left out.
  bool add_link(LinkTag tag, std::string_view url, std::string_view rel = {});

  // What the attribute stands for, "" for null: until the next call for the same scratch.
  std::string_view value_of(const RawAttribute* attribute, std::string& scratch);
  std::string_view value_of(const RawAttribute* attribute) { return value_of(attribute, scratch_); }
  std::string_view value_of(const StartTag& tag, std::string_view attribute) {
    return value_of(tag.find(attribute));
  }
  std::string_view rel_of(const StartTag& tag) { return value_of(tag.find("rel"), rel_scratch_); }
  // The same, or a part of it, for as long as the page lives.
  std::string_view kept(std::string_view value);

  ParsedPage& page_;
  StringArena arena_;
  const bool is_xml_;
  std::string scratch_;
  std::string rel_scratch_;
  LinkWindow window_;
  TextCollector title_;
  TextCollector anchor_;
  std::size_t anchor_link_ = 0;  // the index of the link whose text anchor_ gathers
  ForeignContent foreign_;
  std::size_t template_depth_ = 0;
  std::size_t inert_depth_ = 0;  // the depth of the outermost template whose contents are inert; 0: none
  bool has_title_ = false;
  bool has_base_ = false;
  bool has_language_ = false;
  bool has_canonical_ = false;
  bool has_refresh_ = false;
  bool has_too_many_links_ = false;
};

}  // namespace gossamer
