#include "crawler/url_table.h"

#include <bit>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace gossamer {

namespace {

constexpr std::size_t kWordsPerPage = PagedFile::kPageBytes / sizeof(std::uint32_t);
constexpr std::size_t kIdBytes = 5;
constexpr std::size_t kRedirectBytes = 2 * kIdBytes + sizeof(std::uint32_t);
constexpr std::size_t kRedirectsPerPage = PagedFile::kPageBytes / kRedirectBytes;
static_assert(std::endian::native == std::endian::little);

// depth: bits 0-15, hops: 16-23, state: 24-26, of_link: 27, reason + 1: 28-30, nofollow: 31. Of a done one
// reread is at 27, and moved at 28-30.
static_assert(static_cast<unsigned>(FilterReason::content_type) + 1 <= 0x7);
std::uint32_t pack(const UrlTable::Known& known) {
  const std::uint32_t reason =
      known.reason ? static_cast<std::uint32_t>(*known.reason) + 1 : std::uint32_t{known.moved};
  return known.depth | std::uint32_t{known.hops} << 16 | static_cast<std::uint32_t>(known.state) << 24 |
         std::uint32_t{known.of_link || known.reread} << 27 | reason << 28 |
         std::uint32_t{known.nofollow} << 31;
}

UrlTable::Known unpack(std::uint32_t bits) {
  UrlTable::Known known{.state = static_cast<UrlTable::State>(bits >> 24 & 0x7),
                        .reason = {},
                        .depth = static_cast<std::uint16_t>(bits),
                        .hops = static_cast<std::uint8_t>(bits >> 16),
                        .nofollow = bits >> 31 != 0};
  const bool bit = (bits >> 27 & 1) != 0;
  const std::uint32_t reason = bits >> 28 & 0x7;
  if (known.state == UrlTable::State::done) {
    known.reread = bit;
    known.moved = reason != 0;
  } else {
    known.of_link = bit;
    if (reason != 0) known.reason = static_cast<FilterReason>(reason - 1);
  }
  return known;
}

bool is_of_url(std::optional<FilterReason> reason) {
  return reason == FilterReason::scope || reason == FilterReason::pattern || reason == FilterReason::trap;
}

bool is_promotable(const UrlTable::Known& known, bool seed) {
  if (known.of_link) return true;
  if (known.reason == FilterReason::nofollow || known.reason == FilterReason::depth) return true;
  return seed && is_of_url(known.reason);
}

}  // namespace

UrlTable::State UrlTable::state_of(UrlState state) {
  switch (state) {
    case UrlState::pending:
      return State::queued;
    case UrlState::done:
      return State::done;
    case UrlState::failed:
      return State::failed;
    case UrlState::filtered:
      return State::filtered;
  }
  return State::unknown;
}

PagedFile::PageId UrlTable::make_page(Directory& directory, std::size_t index) {
  if (index >= directory.size()) directory.resize(index + 1, kNoPage);
  if (directory[index] == kNoPage) directory[index] = pages_.add();
  return directory[index];
}

std::uint32_t UrlTable::bits(UrlId id) const {
  const PagedFile::PageId page = page_of(words_, id / kWordsPerPage);
  if (page == kNoPage) throw std::out_of_range("UrlTable: an id that was never added");
  std::uint32_t word;
  std::memcpy(&word, pages_.read(page) + id % kWordsPerPage * sizeof word, sizeof word);
  return word;
}

void UrlTable::set_bits(UrlId id, std::uint32_t word) {
  std::byte* const page = pages_.change(make_page(words_, id / kWordsPerPage));
  std::memcpy(page + id % kWordsPerPage * sizeof word, &word, sizeof word);
}

UrlTable::Redirect UrlTable::redirect(UrlId from) const {
  const PagedFile::PageId page = page_of(redirects_, from / kRedirectsPerPage);
  if (page == kNoPage) return {};
  const std::byte* const at = pages_.read(page) + from % kRedirectsPerPage * kRedirectBytes;
  Redirect redirect;
  std::memcpy(&redirect.to, at, kIdBytes);
  std::memcpy(&redirect.shortcut, at + kIdBytes, kIdBytes);
  std::memcpy(&redirect.cookies, at + 2 * kIdBytes, sizeof redirect.cookies);
  return redirect;
}

void UrlTable::set_redirect(UrlId from, const Redirect& redirect) {
  std::byte* const page = pages_.change(make_page(redirects_, from / kRedirectsPerPage));
  std::byte* const at = page + from % kRedirectsPerPage * kRedirectBytes;
  std::memcpy(at, &redirect.to, kIdBytes);
  std::memcpy(at + kIdBytes, &redirect.shortcut, kIdBytes);
  std::memcpy(at + 2 * kIdBytes, &redirect.cookies, sizeof redirect.cookies);
}

void UrlTable::add(UrlId id, const Known& known) {
  set_bits(id, pack(known));
  ++size_;
}

void UrlTable::prefetch(UrlId id) const {
  const PagedFile::PageId page = page_of(words_, id / kWordsPerPage);
  if (page != kNoPage) pages_.prefetch(page, id % kWordsPerPage * sizeof(std::uint32_t));
}

UrlTable::Known UrlTable::get(UrlId id) const {
  if (page_of(words_, id / kWordsPerPage) == kNoPage) return {};
  return unpack(bits(id));
}

void UrlTable::set_state(UrlId id, State state) {
  Known known = unpack(bits(id));
  known.state = state;
  known.reason.reset();
  known.of_link = known.reread = known.moved = false;
  set_bits(id, pack(known));
}

void UrlTable::set_moved(UrlId id) {
  set_state(id, State::done);
  Known known = unpack(bits(id));
  known.moved = true;
  set_bits(id, pack(known));
}

void UrlTable::set_filtered(UrlId id, FilterReason reason) {
  Known known = unpack(bits(id));
  known.state = State::filtered;
  known.reason = reason;
  known.of_link = known.reread = known.moved = false;
  set_bits(id, pack(known));
}

UrlTable::Effect UrlTable::further_link(UrlId id, std::uint16_t depth, std::uint8_t hops,
                                        std::optional<FilterReason> refusal, bool seed) {
  Known known = unpack(bits(id));
  const bool filtered = known.state == State::filtered;
  const bool shallower = std::pair(depth, hops) < std::pair(known.depth, known.hops);
  Effect effect = Effect::none;
  const bool too_deep = refusal == FilterReason::depth;
  if (refusal && !too_deep) return effect;
  if (filtered && too_deep && known.reason == FilterReason::nofollow) {
    known.reason = FilterReason::depth;
    effect = Effect::reason_depth;
  } else if (filtered && !too_deep && is_promotable(known, seed)) {
    known.state = State::queued;
    known.reason.reset();
    known.of_link = false;
    effect = Effect::promoted;
  } else if (filtered && (is_of_url(known.reason) || known.reason == FilterReason::depth)) {
    if (!known.of_link && (known.nofollow || shallower)) effect = Effect::relinked;
  } else if (known.state == State::queued && !too_deep && shallower) {
    effect = Effect::improved;
  }
  if (effect == Effect::none) return effect;
  known.depth = depth;
  known.hops = hops;
  known.nofollow = false;
  set_bits(id, pack(known));
  return effect;
}

UrlTable::Effect UrlTable::name_sitemap(UrlId id, std::uint8_t hops, std::optional<FilterReason> refusal,
                                        bool seed) {
  Known known = unpack(bits(id));
  if (known.state == State::filtered) return further_link(id, 0, hops, refusal, seed);
  if (refusal || known.depth == 0) return Effect::none;
  known.depth = 0;
  known.hops = hops;
  known.nofollow = false;
  set_bits(id, pack(known));
  if (known.state == State::done || known.state == State::failed) return end_as_sitemap(id);
  return known.state == State::queued ? Effect::improved : Effect::relinked;
}

UrlTable::Effect UrlTable::end_as_sitemap(UrlId id) {
  Known known = unpack(bits(id));
  const bool has_page = known.state == State::done && !known.moved;
  known.reread = has_page;
  known.moved = false;
  if (!has_page) known.state = State::queued;
  set_bits(id, pack(known));
  return has_page ? Effect::reread : Effect::reopened;
}

// Where the redirects from `id` end; every step is made to skip the next.
UrlId UrlTable::end_of(UrlId id) {
  for (Redirect step = redirect(id); step.to != 0; step = redirect(id)) {
    if (const Redirect next = redirect(step.shortcut); next.to != 0) {
      step.shortcut = next.shortcut;
      set_redirect(id, step);
    }
    id = step.shortcut;
  }
  return id;
}

std::vector<UrlId> UrlTable::add_redirect(UrlId from, UrlId to, std::uint32_t cookies) {
  if (redirect(from).to != 0) return {};
  if (end_of(to) != from) {
    set_redirect(from, {.to = to, .shortcut = to, .cookies = cookies});
    return {};
  }
  std::vector<UrlId> loop{from};
  for (UrlId next = to; next != from; next = redirect(next).to) loop.push_back(next);
  return loop;
}

// What led to `from` by `to` leads to `to` now, by `from`.
void UrlTable::turn_redirect(UrlId from, UrlId to, std::uint32_t cookies) {
  set_redirect(to, {});
  set_redirect(from, {.to = to, .shortcut = to, .cookies = cookies});
}

std::size_t UrlTable::memory_bytes() const {
  return pages_.memory_bytes() + (words_.capacity() + redirects_.capacity()) * sizeof words_[0];
}

}  // namespace gossamer
