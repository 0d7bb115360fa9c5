#include "crawler/url_table.h"

#include <stdexcept>
#include <utility>

namespace gossamer {

namespace {

// depth: bits 0-15, hops: 16-23, state: 24-27, reason + 1: 28-31.
std::uint32_t pack(const UrlTable::Known& known) {
  const std::uint32_t reason = known.reason ? static_cast<std::uint32_t>(*known.reason) + 1 : 0;
  return known.depth | std::uint32_t{known.hops} << 16 | static_cast<std::uint32_t>(known.state) << 24 |
         reason << 28;
}

UrlTable::Known unpack(std::uint32_t bits) {
  UrlTable::Known known{.state = static_cast<UrlTable::State>(bits >> 24 & 0xf),
                        .reason = {},
                        .depth = static_cast<std::uint16_t>(bits),
                        .hops = static_cast<std::uint8_t>(bits >> 16)};
  if (const std::uint32_t reason = bits >> 28; reason != 0)
    known.reason = static_cast<FilterReason>(reason - 1);
  return known;
}

bool is_promotable(std::optional<FilterReason> reason, bool seed) {
  if (reason == FilterReason::nofollow || reason == FilterReason::depth) return true;
  return seed && (reason == FilterReason::scope || reason == FilterReason::pattern ||
                  reason == FilterReason::trap);
}

}  // namespace

std::uint32_t& UrlTable::at(UrlId id) {
  const std::size_t page = id / kPageSize;
  if (page >= pages_.size() || !pages_[page]) throw std::out_of_range("UrlTable: an id that was never added");
  return (*pages_[page])[id % kPageSize];
}

void UrlTable::add(UrlId id, const Known& known) {
  const std::size_t page = id / kPageSize;
  if (page >= pages_.size()) pages_.resize(page + 1);
  if (!pages_[page]) pages_[page] = std::make_unique<Page>();
  (*pages_[page])[id % kPageSize] = pack(known);
  ++size_;
}

UrlTable::Known UrlTable::get(UrlId id) const {
  const std::size_t page = id / kPageSize;
  if (page >= pages_.size() || !pages_[page]) return {};
  return unpack((*pages_[page])[id % kPageSize]);
}

void UrlTable::set_state(UrlId id, State state) {
  std::uint32_t& bits = at(id);
  Known known = unpack(bits);
  known.state = state;
  known.reason.reset();
  bits = pack(known);
}

void UrlTable::set_filtered(UrlId id, FilterReason reason) {
  std::uint32_t& bits = at(id);
  Known known = unpack(bits);
  known.state = State::filtered;
  known.reason = reason;
  bits = pack(known);
}

UrlTable::Effect UrlTable::further_link(UrlId id, std::uint16_t depth, std::uint8_t hops,
                                        std::optional<FilterReason> refusal, bool seed) {
  std::uint32_t& bits = at(id);
  Known known = unpack(bits);
  Effect effect = Effect::none;
  if (known.state == State::filtered && known.reason == FilterReason::nofollow &&
      refusal == FilterReason::depth) {
    known.reason = FilterReason::depth;
    effect = Effect::reason_depth;
  } else if (refusal) {
    return Effect::none;
  } else if (known.state == State::filtered && is_promotable(known.reason, seed)) {
    known = {.state = State::queued, .reason = {}, .depth = depth, .hops = hops};
    effect = Effect::promoted;
  } else if (known.state == State::queued && std::pair(depth, hops) < std::pair(known.depth, known.hops)) {
    known.depth = depth;
    known.hops = hops;
    effect = Effect::improved;
  }
  bits = pack(known);
  return effect;
}

// Where the redirects from `id` end; every step is made to skip the next.
UrlId UrlTable::end_of(UrlId id) {
  for (auto step = shortcuts_.find(id); step != shortcuts_.end();) {
    const auto next = shortcuts_.find(step->second);
    if (next != shortcuts_.end()) step->second = next->second;
    id = step->second;
    step = shortcuts_.find(id);
  }
  return id;
}

std::vector<UrlId> UrlTable::add_redirect(UrlId from, UrlId to) {
  if (end_of(to) != from) {
    redirects_[from] = to;
    shortcuts_[from] = to;
    return {};
  }
  std::vector<UrlId> loop{from};
  for (UrlId next = to; next != from; next = redirects_.at(next)) loop.push_back(next);
  return loop;
}

std::size_t UrlTable::memory_bytes() const {
  std::size_t bytes = pages_.capacity() * sizeof(pages_[0]);
  for (const auto& page : pages_) bytes += page ? sizeof(Page) : 0;
  return bytes;
}

}  // namespace gossamer
