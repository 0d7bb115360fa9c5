#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "plugins/dom/open_elements.h"

namespace gossamer::dom {

// The list of active formatting elements (WHATWG HTML 13.2.4.3).
class ActiveFormatting {
 public:
  std::size_t size() const { return list_.size(); }
  OpenElement& operator[](std::size_t i) { return list_[i]; }
  bool is_marker(std::size_t i) const { return list_[i].node == nullptr; }

  // Of equal elements behind the last marker only three stay ("Noah's Ark").
  void push(OpenElement element);
  void insert(std::size_t at, OpenElement element) {
    list_.insert(list_.begin() + static_cast<std::ptrdiff_t>(at), element);
  }
  void erase(std::size_t at) { list_.erase(list_.begin() + static_cast<std::ptrdiff_t>(at)); }

  void push_marker() { list_.push_back({nullptr, Tag::other}); }
  void clear_to_marker();

  // The index of the node, or size().
  std::size_t find(const xmlNode* node) const;

  // The last element with this tag behind the last marker.
  std::optional<std::size_t> last(Tag tag) const;

 private:
  std::vector<OpenElement> list_;
};

}  // namespace gossamer::dom
