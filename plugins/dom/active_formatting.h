#pragma once

#include <cstddef>
#include <libxml/tree.h>
#include <optional>
#include <vector>

#include "plugins/html/html_tag.h"

namespace gossamer::dom {

// The list of active formatting elements (WHATWG HTML 13.2.4.3).
class ActiveFormatting {
 public:
  struct Entry {
    xmlNode* node = nullptr;  // null: a marker
    Tag tag = Tag::other;
    std::size_t attributes = 0;  // a hash that stands for them, in whatever order
  };

  std::size_t size() const { return list_.size(); }
  Entry& operator[](std::size_t i) { return list_[i]; }
  bool is_marker(std::size_t i) const { return list_[i].node == nullptr; }

  // Of equal elements behind the last marker only three stay ("Noah's Ark").
  void push(xmlNode* node, Tag tag);
  void insert(std::size_t at, Entry entry) {
    list_.insert(list_.begin() + static_cast<std::ptrdiff_t>(at), entry);
  }
  void erase(std::size_t at) { list_.erase(list_.begin() + static_cast<std::ptrdiff_t>(at)); }

  void push_marker() { push(Entry()); }
  void clear_to_marker();

  // The index of the node, or size().
  std::size_t find(const xmlNode* node) const;

  // The last element with this tag behind the last marker.
  std::optional<std::size_t> last(Tag tag) const;

 private:
  // The list is searched at each misnested tag, and markers may pile up: the first of more are forgotten.
  static constexpr std::size_t kMaxEntries = 1024;

  void push(Entry entry) {
    if (list_.size() == kMaxEntries) erase(0);
    list_.push_back(entry);
  }

  std::vector<Entry> list_;
};

}  // namespace gossamer::dom
