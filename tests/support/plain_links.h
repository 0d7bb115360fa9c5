#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/html/raw_text.h"
#include "plugins/html/tokens.h"
#include "plugins/parser.h"

namespace gossamer {

struct Doctype;

// A link, as Link has it but its text, and owning its strings.
struct PlainLink {
  std::string tag;
  std::string url;
  std::string rel;
  bool nofollow = false;
  std::string text;

  bool operator==(const PlainLink&) const = default;
};

// The links of a page by a second, plain reading of the rules in plugins/html/html_parser.h, which shares no
// code with LinkSink but the parser of meta refresh and the list of the elements that break a line: every
// name and value is decoded, elements are looked up in a table. Tests hold LinkSink against it.
class PlainLinks {
 public:
  using Attributes = std::map<std::string, std::string>;

  // The next element, in document order, of HTML or, if `foreign`, of SVG.
  void element(std::string_view name, const Attributes& attributes, bool foreign);

  std::vector<PlainLink> links;

 private:
  void add(std::string_view tag, std::string_view url, std::string_view rel = {});
  void add_pings(const Attributes& attributes);
  void add_refresh(const Attributes& attributes);
  bool resolves(std::string_view url) const;

  std::optional<std::string> base_;  // the first <base href>
  bool has_refresh_ = false;
};

// The sink of a Tokenizer that takes every token and reads links plainly.
class PlainTokenSink {
 public:
  explicit PlainTokenSink(bool is_xml) : is_xml_(is_xml) {}

  void text(std::string_view raw, RawTextKind kind);
  ContentModel start_tag(const StartTag& tag);
  void end_tag(const EndTag& tag);
  void comment(std::string_view) {}
  void doctype(const Doctype&) {}
  bool allows_cdata() const { return is_xml_ || is_foreign(); }

  // Levels of foreign content that were open at once.
  std::size_t deepest() const { return deepest_; }

  // At the end of the input. The text of each <a> is whole, however long.
  std::vector<PlainLink> finish();

 private:
  enum class Contents { html, svg, math, annotation };  // the last: of <annotation-xml>, unless it is HTML
  struct Level {
    std::string element;
    Contents contents;
  };

  Contents contents() const { return levels_.empty() ? Contents::html : levels_.back().contents; }
  bool is_foreign() const { return contents() != Contents::html; }
  bool enter_foreign(const std::string& name, const PlainLinks::Attributes& attributes, bool self_closing);
  void leave_foreign(const std::string& name);
  void break_out();
  bool is_inert() const;
  void close_anchor();

  const bool is_xml_;
  PlainLinks found_;
  std::vector<Level>
      levels_;  // open <svg> and <math>, and of their elements those that may be integration points
  std::size_t deepest_ = 0;
  std::vector<bool> templates_;  // open ones: whether the contents are inert because of this one
  std::string raw_element_;      // in XHTML, the open one whose text would be raw in HTML
  bool title_seen_ = false;
  bool in_title_ = false;
  bool in_form_ = false;
  bool in_anchor_ = false;
  std::size_t anchor_ = 0;
  std::string anchor_text_;
};

// Where `links`, LinkSink's of a page, are not what PlainTokenSink gives for `text`, the page as valid UTF-8:
// "" if they agree. A text may be cut, and just where LinkSink's limit is; a page with foreign content deeper
// than LinkSink follows is not compared.
std::string difference_from_plain(std::string_view text, bool is_xml, const std::vector<Link>& links);

}  // namespace gossamer
