#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "net/http/url.h"
#include "plugins/html/attribute_text.h"
#include "plugins/html/string_arena.h"
#include "plugins/html/text_collector.h"
#include "plugins/html/tokens.h"
#include "plugins/parser.h"

namespace gossamer {

// Reads the metadata of a page, by the rules in plugins/html/html_parser.h: it is shown the start tags that
// have some, in document order, and all text while it is_open().
class MetadataReader {
 public:
  // In bytes: a text is cut, what has a longer name is left out.
  static constexpr std::size_t kMaxText = 4096;  // of a title, a description, a property
  static constexpr std::size_t kMaxName = 128;   // of a property, a language
  static constexpr std::size_t kMaxHreflang = 1024;
  static constexpr std::size_t kMaxProperties = 256;
  static constexpr std::size_t kMaxJsonLd = 64;
  static constexpr std::size_t kMaxJsonLdBytes = 1 << 20;  // of all together

  // Fills `page`, by way of `arena`; all must outlive the reader. `values` reads the attributes: what it gave
  // before does not last over a call. `robots_agent` as in PageBytes.
  MetadataReader(ParsedPage& page, StringArena& arena, AttributeText& values, bool is_xml,
                 std::string_view robots_agent)
      : page_(page), arena_(arena), values_(values), is_xml_(is_xml), robots_agent_(robots_agent) {}

  void take_base(const StartTag& tag);
  void take_language(const StartTag& tag);
  void take_meta(const StartTag& tag);
  // Whether a decoded URL of the page is one, resolved against what its base is so far.
  bool is_url(std::string_view url) const;
  // `url` is what `values` gave last.
  void take_link(const StartTag& tag, std::string_view url, std::string_view rel);

  // Between <title>, or <script> with JSON-LD, and its end tag: all text is for the reader.
  bool is_open() const { return open_ != Open::none; }
  void open_title(const StartTag& tag);
  void open_script(const StartTag& tag);
  void text(std::string_view raw, RawTextKind kind);
  void close_title();  // also to be called at the end of the page
  void close_script();

 private:
  enum class Open { none, title, json_ld };

  void take_property(const RawAttribute& name, const RawAttribute& content);
  void add_json_ld(std::string_view raw, RawTextKind kind);
  std::string_view collapsed(const RawAttribute& content);

  ParsedPage& page_;
  StringArena& arena_;
  AttributeText& values_;
  const bool is_xml_;
  const std::string_view robots_agent_;
  Open open_ = Open::none;
  TextCollector title_;
  std::string_view json_ld_;       // the only piece of the block at hand, or
  std::string joined_json_ld_;     // the pieces decoded and joined
  std::size_t json_ld_bytes_ = 0;  // of all blocks kept
  std::optional<Url> base_;        // what <base href> made of that of some page
  bool has_title_ = false;
  bool has_base_ = false;
  bool has_language_ = false;
  bool has_canonical_ = false;
};

}  // namespace gossamer
