#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "net/http/url.h"
#include "plugins/feed/feed_entry.h"
#include "plugins/xml/xml_reader.h"

namespace gossamer {

// What a feed says of itself; the links are its own, not those of its entries.
struct FeedHead {
  std::string title;
  std::string description;
  std::string language;
  std::vector<FeedLink> links;
};

// Reads a feed out of an XmlReader's events: RSS 0.9x, 1.0 (RDF) and 2.0, Atom 1.0 and 0.3. Lenient: elements
// without a prefix are taken for the feed's own whatever their namespace, an item may stand anywhere.
class FeedReader final : public XmlSink {
 public:
  static constexpr std::size_t kMaxText = 64 << 10;  // bytes of one text
  static constexpr std::size_t kMaxTitle = 4096;     // and of a category
  static constexpr std::size_t kMaxLinks = 64;       // of an entry; so many categories too

  // `base` is where the feed came from, if anything tells. `on_entry` gets each entry as it ends.
  FeedReader(std::optional<Url> base, std::function<void(const FeedEntry&)> on_entry);

  const FeedHead& head() const { return head_; }

  // The name of the root element, "" before it came; whether that is a feed's. Nothing is read of others.
  const std::string& root() const { return root_; }
  bool is_feed() const { return format_ != Format::none; }

  void start_element(const XmlName& name, std::span<const XmlAttribute> attributes) override;
  void text(std::string_view piece) override;
  void end_element(const XmlName& name) override;

 private:
  enum class Format { none, rss, atom };
  enum class Markup { text, html, xhtml };
  enum class Field {
    none,
    title,
    link,
    permalink,
    id,
    published,
    updated,
    author,
    source_author,
    summary,
    content,
    category,
    language
  };
  struct Base {
    std::size_t depth;  // of the element with xml:base
    std::optional<Url> url;
  };

  void begin(Field field, Markup markup);
  void begin_field(const XmlName& name, std::span<const XmlAttribute> attributes);
  void begin_text(const XmlName& name, std::span<const XmlAttribute> attributes, Field field);
  void end_field();
  void end_entry();
  void start_nested(const XmlName& name);
  bool is_author() const { return field_ == Field::author || field_ == Field::source_author; }
  std::string resolved(std::string_view reference) const;
  void add_link(std::string_view reference, std::string_view rel);
  void add_own_link(std::string_view reference);
  void add_category(std::string_view name);
  std::string take_text(std::size_t limit) const;

  const std::function<void(const FeedEntry&)> on_entry_;
  std::vector<Base> bases_;
  Format format_ = Format::none;
  std::string root_;
  FeedHead head_;
  std::optional<FeedEntry> entry_;
  std::string permalink_;         // of entry_, where it has no link: its guid, or where its content is
  std::string author_;            // of the feed, for entries that have none
  std::string source_author_;     // of the feed that entry_ was copied from
  bool has_own_link_ = false;     // entry_ has a <link> of RSS
  bool in_source_ = false;        // the element at hand is of that feed
  std::size_t depth_ = 0;         // of the element at hand, the root's is 1
  std::size_t parent_depth_ = 0;  // of the channel, feed or entry whose fields are read

  Field field_ = Field::none;
  Markup markup_ = Markup::text;
  std::size_t field_depth_ = 0;
  bool is_ignored_ = false;  // text of an author that is not the name
  std::string raw_;          // text of field_ so far
};

}  // namespace gossamer
