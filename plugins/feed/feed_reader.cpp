#include "plugins/feed/feed_reader.h"

#include <algorithm>
#include <array>
#include <utility>

#include "net/base/utf8.h"
#include "plugins/document_base.h"
#include "plugins/html/ascii.h"
#include "plugins/html/plain_text.h"
#include "plugins/html/raw_text.h"
#include "plugins/parser.h"

namespace gossamer {

namespace {

constexpr std::size_t kMaxRaw = 256 << 10;  // bytes of a text with its markup

constexpr std::string_view kAtom = "http://www.w3.org/2005/Atom";
constexpr std::string_view kRss1 = "http://purl.org/rss/1.0/";
constexpr std::string_view kRelation =
    "http://www.iana.org/assignments/relation/";  // before a registered rel (RFC 4287 section 4.2.7.2)
constexpr std::string_view kDublinCore = "http://purl.org/dc/elements/1.1/";
constexpr std::string_view kContent = "http://purl.org/rss/1.0/modules/content/";

std::string_view value_of(std::span<const XmlAttribute> attributes, std::string_view name,
                          std::string_view prefix = {}) {
  return strip_html_space(attribute_value(attributes, name, prefix));
}

// Whether an element belongs to the feed's own vocabulary.
bool is_own(const XmlName& name) { return name.prefix.empty() || name.uri == kAtom || name.uri == kRss1; }

bool is_dublin_core(const XmlName& name) { return name.uri == kDublinCore || name.prefix == "dc"; }

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else {
      out += c;
    }
  }
}

// Fills what is still empty: of several the first counts.
void fill(std::string& field, std::string value) {
  if (field.empty()) field = std::move(value);
}

}  // namespace

FeedReader::FeedReader(std::optional<Url> base, std::function<void(const FeedEntry&)> on_entry)
    : on_entry_(std::move(on_entry)) {
  bases_.push_back({0, std::move(base)});
}

void FeedReader::start_element(const XmlName& name, std::span<const XmlAttribute> attributes) {
  ++depth_;
  if (depth_ == 1) {
    root_ = name.local;
    format_ = name.local == "feed"                         ? Format::atom
              : name.local == "rss" || name.local == "RDF" ? Format::rss
                                                           : Format::none;
    parent_depth_ = 1;
    head_.language = value_of(attributes, "lang", "xml");
  }
  if (!is_feed()) return;
  if (const std::string_view base = value_of(attributes, "base", "xml"); !base.empty()) {
    const auto& outer = bases_.back().url;
    auto url = outer ? Url::parse(base, *outer) : Url::parse(base);
    if (url && url->href().size() <= kMaxBaseHref) bases_.push_back({depth_, std::move(*url)});
  }
  if (field_ != Field::none) return start_nested(name);
  if (!entry_ && is_own(name) && (name.local == "item" || name.local == "entry")) {
    entry_.emplace();
    permalink_.clear();
    has_own_link_ = false;
    source_author_.clear();
    parent_depth_ = depth_;
  } else if (!entry_ && is_own(name) && name.local == "channel") {
    parent_depth_ = depth_;
  } else if (depth_ == parent_depth_ + 1) {
    in_source_ = name.local == "source" && is_own(name);
    begin_field(name, attributes);
  } else if (entry_ && in_source_ && depth_ == parent_depth_ + 2 && name.local == "author" && is_own(name)) {
    begin(Field::source_author, Markup::text);
  }
}

void FeedReader::text(std::string_view piece) {
  if (field_ == Field::none || is_ignored_ || raw_.size() >= kMaxRaw) return;
  if (markup_ == Markup::xhtml) {
    append_escaped(raw_, piece);
  } else {
    raw_ += piece;
  }
}

void FeedReader::end_element(const XmlName& name) {
  if (field_ != Field::none && depth_ == field_depth_) {
    end_field();
  } else if (is_author()) {
    is_ignored_ = true;  // behind the name
  } else if (markup_ == Markup::xhtml && field_ != Field::none && raw_.size() < kMaxRaw) {
    raw_.append("</").append(name.local).append(">");
  } else if (depth_ == parent_depth_) {
    if (entry_) end_entry();
    --parent_depth_;
  }
  if (bases_.back().depth == depth_) bases_.pop_back();
  --depth_;
}

void FeedReader::end_entry() {
  if (entry_->link().empty() && !permalink_.empty()) add_link(permalink_, "alternate");
  if (format_ == Format::atom) {  // RFC 4287 section 4.2.1
    fill(entry_->author, std::move(source_author_));
    fill(entry_->author, author_);
  }
  on_entry_(*entry_);
  entry_.reset();
}

// An element inside a field: part of its text, if that is XHTML; of an author only the name counts.
void FeedReader::start_nested(const XmlName& name) {
  if (is_author()) {
    is_ignored_ = name.local != "name" || depth_ != field_depth_ + 1;
    if (!is_ignored_) raw_.clear();
  } else if (markup_ == Markup::xhtml && raw_.size() < kMaxRaw) {
    raw_.append("<").append(name.local).append(">");
  }
}

void FeedReader::begin(Field field, Markup markup) {
  field_ = field;
  markup_ = markup;
  field_depth_ = depth_;
  is_ignored_ = false;
  raw_.clear();
}

void FeedReader::begin_field(const XmlName& name, std::span<const XmlAttribute> attributes) {
  struct Known {
    std::string_view name;
    Field field;
  };
  static constexpr std::array<Known, 7> kPlain = {{{"pubDate", Field::published},
                                                   {"published", Field::published},
                                                   {"issued", Field::published},
                                                   {"updated", Field::updated},
                                                   {"modified", Field::updated},
                                                   {"author", Field::author},
                                                   {"language", Field::language}}};
  static constexpr std::array<Known, 5> kMarkedUp = {{{"title", Field::title},
                                                      {"description", Field::summary},
                                                      {"subtitle", Field::summary},
                                                      {"summary", Field::summary},
                                                      {"content", Field::content}}};
  static constexpr std::array<Known, 3> kDublin = {
      {{"creator", Field::author}, {"date", Field::published}, {"subject", Field::category}}};
  const auto find = [&name](std::span<const Known> known) {
    const auto found = std::ranges::find(known, name.local, &Known::name);
    return found == known.end() ? Field::none : found->field;
  };
  if (!is_own(name)) {
    if (is_dublin_core(name)) begin(find(kDublin), Markup::text);
    if (name.local == "encoded" && (name.uri == kContent || name.prefix == "content"))
      begin(Field::content, Markup::html);
    return;
  }
  if (const Field field = find(kPlain); field != Field::none) return begin(field, Markup::text);
  if (const Field field = find(kMarkedUp); field != Field::none) {
    const std::string_view source = field == Field::content ? value_of(attributes, "src") : "";
    if (source.empty()) return begin_text(name, attributes, field);
    fill(permalink_, resolved(source));  // the content itself (RFC 4287 section 4.1.3.2)
    return;
  }
  if (name.local == "link") {
    const std::string_view href = value_of(attributes, "href");
    if (href.empty()) return begin(Field::link, Markup::text);
    std::string_view rel = value_of(attributes, "rel");
    if (rel.starts_with(kRelation)) rel.remove_prefix(kRelation.size());
    add_link(href, rel.empty() ? "alternate" : rel);
  } else if (name.local == "guid") {
    const bool is_link = !equals_ignoring_case(value_of(attributes, "isPermaLink"), "false");
    begin(is_link ? Field::permalink : Field::id, Markup::text);
  } else if (name.local == "id") {
    begin(Field::id, Markup::text);
  } else if (name.local == "enclosure") {
    add_link(value_of(attributes, "url"), "enclosure");
  } else if (name.local == "category") {
    const std::string_view term = value_of(attributes, "term");
    term.empty() ? begin(Field::category, Markup::text) : add_category(term);
  }
}

// RSS does not say what its texts are: feeds have HTML in them. Atom does (RFC 4287 section 3.1.1), and 0.3
// did with a media type and a mode.
void FeedReader::begin_text(const XmlName& name, std::span<const XmlAttribute> attributes, Field field) {
  if (format_ == Format::rss && name.uri != kAtom) return begin(field, Markup::html);
  const std::string_view type = value_of(attributes, "type");
  const bool is_xml = equals_ignoring_case(value_of(attributes, "mode"), "xml");
  if (equals_ignoring_case(type, "xhtml") || equals_ignoring_case(type, "application/xhtml+xml") ||
      (equals_ignoring_case(type, "text/html") && is_xml)) {
    begin(field, Markup::xhtml);
  } else if (equals_ignoring_case(type, "html") || equals_ignoring_case(type, "text/html")) {
    begin(field, Markup::html);
  } else if (type.find('/') == std::string_view::npos || starts_with_ignoring_case(type, "text/")) {
    begin(field, Markup::text);
  }  // else an image in Base64 or the like
}

void FeedReader::end_field() {
  const Field field = std::exchange(field_, Field::none);
  std::string text = take_text(field == Field::title ? kMaxTitle : kMaxText);
  if (!entry_) {
    if (field == Field::author) fill(author_, std::move(text));
    if (field == Field::title) fill(head_.title, std::move(text));
    if (field == Field::summary) fill(head_.description, std::move(text));
    if (field == Field::language) head_.language = std::move(text);
    if (field == Field::link) add_link(text, "alternate");
    return;
  }
  switch (field) {
    case Field::title:
      return fill(entry_->title, std::move(text));
    case Field::link:
      return add_own_link(text);
    case Field::source_author:
      return fill(source_author_, std::move(text));
    case Field::permalink:
      fill(permalink_, resolved(text));
      return fill(entry_->id, std::move(text));
    case Field::id:
      return fill(entry_->id, std::move(text));
    case Field::published:
      return fill(entry_->published, std::move(text));
    case Field::updated:
      return fill(entry_->updated, std::move(text));
    case Field::author:
      return fill(entry_->author, std::move(text));
    case Field::summary:
      return fill(entry_->summary, std::move(text));
    case Field::content:
      return fill(entry_->content, std::move(text));
    case Field::category:
      return add_category(text);
    case Field::language:
    case Field::none:
      return;
  }
}

void FeedReader::add_link(std::string_view reference, std::string_view rel) {
  std::vector<FeedLink>& links = entry_ ? entry_->links : head_.links;
  if (reference.empty() || links.size() == kMaxLinks) return;
  links.push_back({resolved(reference), std::string(rel)});
}

// What an item is about is its own <link>, not an <atom:link> before it.
void FeedReader::add_own_link(std::string_view reference) {
  const std::size_t before = entry_->links.size();
  add_link(reference, "alternate");
  if (entry_->links.size() == before || std::exchange(has_own_link_, true)) return;
  std::ranges::rotate(entry_->links, entry_->links.end() - 1);
}

std::string FeedReader::resolved(std::string_view reference) const {
  if (reference.empty()) return {};
  const auto& base = bases_.back().url;
  const auto url = base ? Url::parse(reference, *base) : Url::parse(reference);
  return std::string(url ? url->href() : reference);
}

void FeedReader::add_category(std::string_view name) {
  if (entry_ && !name.empty() && entry_->categories.size() < kMaxLinks)
    entry_->categories.emplace_back(utf8_prefix(name, kMaxTitle));
}

std::string FeedReader::take_text(std::size_t limit) const {
  if (markup_ != Markup::text) return plain_text(raw_, limit);
  std::string text;
  bool pending_space = false;
  append_collapsed(text, raw_, RawTextKind::cdata, limit, pending_space);
  return text;
}

}  // namespace gossamer
