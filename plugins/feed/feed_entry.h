#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gossamer {

// What a feed links to, resolved.
struct FeedLink {
  std::string url;
  std::string rel;  // as in Atom; "alternate" for what an entry is about, "enclosure" for its media
};

// One entry (Atom) or item (RSS). Text is white-space-collapsed and free of markup; dates are as the feed
// writes them; "" is what it does not have.
struct FeedEntry {
  std::string title;
  std::string id;
  std::string published;
  std::string updated;
  std::string author;
  std::string summary;
  std::string content;
  std::vector<std::string> categories;
  std::vector<FeedLink> links;

  // The URL of what it is about: its first link of rel alternate.
  std::string_view link() const;

  // {"type":"entry","title","link","id","published","updated","author","summary","content","categories"} on
  // one line, null for what it does not have.
  std::string to_json() const;
};

}  // namespace gossamer
