#include <algorithm>

#include "plugins/dom/tree_builder.h"

namespace gossamer::dom {

// "Reconstruct the active formatting elements".
void TreeBuilder::reconstruct_formatting() {
  std::size_t i = active_.size();
  while (i > 0 && !active_.is_marker(i - 1) && open_.find(active_[i - 1].node) == open_.size()) --i;
  for (; i < active_.size() && !nodes_.error(); ++i) {
    push({nodes_.clone(active_[i].node), active_[i].tag});
    active_[i].node = open_.current().node;
  }
}

// The "adoption agency algorithm" (13.2.6.4.7), which mends misnested formatting.
void TreeBuilder::adoption_agency(const EndToken& token) {
  if (open_.current().is(token.tag) && active_.find(open_.current().node) == active_.size())
    return open_.pop();
  constexpr int kRounds = 8;
  for (int round = 0; round < kRounds && !nodes_.error(); ++round)
    if (!adopt_once(token)) return;
}

// One round of its outer loop; false after the last one.
bool TreeBuilder::adopt_once(const EndToken& token) {
  const auto known = active_.last(token.tag);
  if (!known) {
    any_other_end_tag(token);
    return false;
  }
  const ActiveFormatting::Entry formatting = active_[*known];
  const std::size_t at = open_.find(formatting.node);
  if (at == open_.size()) {
    active_.erase(*known);
    return false;
  }
  if (!open_.has_node_in_scope(formatting.node)) return false;

  std::size_t furthest = at + 1;
  while (furthest < open_.size() && !open_[furthest].is_special()) ++furthest;
  if (furthest == open_.size()) {
    while (open_.size() > at) open_.pop();
    active_.erase(*known);
    return false;
  }
  const OpenElement block = open_[furthest];
  const OpenElement common_ancestor = open_[at - 1];
  std::size_t bookmark = *known;
  xmlNode* last = block.node;
  int inner = 0;
  for (std::size_t i = furthest; --i > at;) {
    ++inner;
    std::size_t listed = active_.find(open_[i].node);
    if (inner > 3 && listed != active_.size()) {
      active_.erase(listed);
      if (listed < bookmark) --bookmark;
      listed = active_.size();
    }
    if (listed == active_.size()) {
      open_.erase(i);
      continue;
    }
    open_[i].node = nodes_.clone(open_[i].node);
    active_[listed].node = open_[i].node;
    if (last == block.node) bookmark = listed + 1;
    nodes_.insert(last, {open_[i].node});
    last = open_[i].node;
  }
  nodes_.insert(last, place_to_insert(&common_ancestor));

  ActiveFormatting::Entry adopted = formatting;
  adopted.node = nodes_.clone(formatting.node);
  nodes_.move_children(block.node, adopted.node);
  nodes_.insert(adopted.node, {block.node});
  const std::size_t old = active_.find(formatting.node);
  active_.insert(bookmark, adopted);
  active_.erase(old < bookmark ? old : old + 1);
  open_.erase(at);
  open_.insert(open_.find(block.node) + 1, {adopted.node, adopted.tag});
  return true;
}

}  // namespace gossamer::dom
