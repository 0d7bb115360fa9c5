#include "crawler/url_queue.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <optional>

namespace gossamer {

namespace {

constexpr std::size_t kRunBytes = 4096;
constexpr std::size_t kNoLimit = SIZE_MAX;

}  // namespace

UrlQueue::UrlQueue() = default;
UrlQueue::UrlQueue(UrlQueue&&) noexcept = default;
UrlQueue& UrlQueue::operator=(UrlQueue&&) noexcept = default;
UrlQueue::~UrlQueue() = default;

FrontierEntry UrlQueue::Record::entry() const {
  return {.id = id,
          .host = host,
          .depth = depth,
          .hops = hops,
          .attempt = attempt,
          .url = std::string(url()),
          .priority = priority,
          .twins = twins,
          .refresh = refresh != 0,
          .sitemap = sitemap != 0};
}

// std's heaps put the greatest on top: this compares backwards.
bool UrlQueue::Later::operator()(const Item& a, const Item& b) const {
  return a.key != b.key ? a.key > b.key : a.record->id > b.record->id;
}

// What a record takes with its place in the heap and what malloc adds.
std::size_t UrlQueue::memory_of(const Record& record) {
  return ((record.size() + 8 + 15) & ~std::size_t{15}) + sizeof(Item);
}

UrlQueue::Window& UrlQueue::window() {
  if (!window_) window_ = std::make_unique<Window>();
  return *window_;
}

void UrlQueue::add_item(std::unique_ptr<Record, Free> record) {
  Window& to = window();
  to.bytes += memory_of(*record);
  to.items.push_back({record->key, std::move(record)});
  std::ranges::push_heap(to.items, Later());
}

void UrlQueue::push(std::uint64_t key, const FrontierEntry& entry) {
  void* const memory = std::malloc(sizeof(Record) + entry.url.size());
  if (memory == nullptr) throw std::bad_alloc();
  std::unique_ptr<Record, Free> record(new (memory) Record{
      .key = key,
      .id = entry.id,
      .host = entry.host,
      .length = static_cast<std::uint32_t>(entry.url.size()),
      .priority = entry.priority,
      .depth = entry.depth,
      .attempt = static_cast<std::uint16_t>(std::min<int>(entry.attempt, 16383) & 0x3fff),
      .refresh = entry.refresh,
      .sitemap = entry.sitemap,
      .hops = entry.hops,
      .twins = static_cast<std::uint8_t>(std::min<std::uint32_t>(entry.twins, UINT8_MAX))});
  std::ranges::copy(entry.url, static_cast<char*>(memory) + sizeof(Record));
  add_item(std::move(record));
  ++size_;
}

std::uint64_t UrlQueue::smallest_key() const {
  std::uint64_t smallest = short_run_.empty() ? UINT64_MAX : short_run_.key;
  if (window_ && !window_->items.empty()) smallest = std::min(smallest, window_->items.front().key);
  if (window_ && !window_->runs.empty()) smallest = std::min(smallest, window_->runs.front().key);
  return smallest;
}

Result<const UrlQueue::Record*> UrlQueue::front(BlockStore& store, std::size_t at_most) {
  // Also at equal keys, so that the smallest id is found wherever it is.
  while (!window_ || window_->items.empty() || window_->items.front().key > smallest_key() ||
         (!window_->runs.empty() && window_->runs.front().key == window_->items.front().key) ||
         (!short_run_.empty() && short_run_.key == window_->items.front().key)) {
    if (auto loaded = load(store, at_most); !loaded) return std::unexpected(std::move(loaded.error()));
  }
  return window_->items.front().record.get();
}

void UrlQueue::pop() {
  std::ranges::pop_heap(window_->items, Later());
  window_->bytes -= memory_of(*window_->items.back().record);
  window_->items.pop_back();
  --size_;
  shrink();
}

// Whether these are records one after the other, the first with that key. A file system may lose what it
// took (a network share whose disk is full gives zeros back).
bool UrlQueue::is_whole(std::span<const std::byte> bytes, std::uint64_t first_key) {
  std::optional<std::uint64_t> before;
  while (!bytes.empty()) {
    Record header;
    if (bytes.size() < sizeof header) return false;
    std::memcpy(&header, bytes.data(), sizeof header);
    if (header.size() > bytes.size()) return false;
    if (before ? header.key < *before : header.key != first_key) return false;
    before = header.key;
    bytes = bytes.subspan(header.size());
  }
  return true;
}

// Moves the first records of the first run to the window: those that come before any other run, one at least,
// and no more than `at_most` bytes. If other runs come between, so that this one is read again and again,
// the rest of it comes too when it is less than half a block: the disk never holds more dead bytes than live
// ones.
Result<> UrlQueue::load(BlockStore& store, std::size_t at_most) {
  Window& to = window();
  const bool is_short = to.runs.empty() || (!short_run_.empty() && short_run_.key <= to.runs.front().key);
  Run run = is_short ? short_run_ : to.runs.front();
  const auto bytes = store.read(run.block, run.begin, run.end);
  if (!bytes) return std::unexpected(bytes.error());

  std::uint64_t limit = UINT64_MAX;  // the first key of the other runs
  if (is_short) {
    if (!to.runs.empty()) limit = to.runs.front().key;
  } else {
    if (!short_run_.empty()) limit = short_run_.key;
    for (std::size_t child = 1; child <= 2 && child < to.runs.size(); ++child) {
      limit = std::min(limit, to.runs[child].key);
    }
  }
  std::size_t taken = 0;
  bool take_all = false;
  if (!is_whole(*bytes, run.key)) {
    return fail(ErrorClass::io, "a scratch file does not hold what was written to it");
  }
  while (taken < bytes->size()) {
    Record header;
    std::memcpy(&header, bytes->data() + taken, sizeof header);
    if (taken > 0 && !take_all) {
      if (header.key > limit && (bytes->size() - taken) * 2 <= store.capacity(run.block)) {
        take_all = true;
      } else if (header.key > limit || taken + header.size() > at_most) {
        run.key = header.key;
        break;
      }
    }
    void* const memory = std::malloc(header.size());
    if (memory == nullptr) throw std::bad_alloc();
    std::memcpy(memory, bytes->data() + taken, header.size());
    add_item(std::unique_ptr<Record, Free>(static_cast<Record*>(memory)));
    taken += header.size();
  }
  run.begin = static_cast<std::uint16_t>(run.begin + taken);

  if (run.empty()) store.free(run.block);
  if (is_short) {
    short_run_ = run.empty() ? Run{} : run;
    return {};
  }
  std::ranges::pop_heap(to.runs, Later());
  to.runs.pop_back();
  if (!run.empty()) {
    add_run(run);
  } else if (!to.runs.empty()) {
    store.prefetch(to.runs.front().block);
  }
  return {};
}

// All of the short run.
Result<> UrlQueue::load_short_run(BlockStore& store) {
  if (short_run_.empty()) return {};
  std::vector<Run> others;
  others.swap(window().runs);
  const auto loaded = load(store, kNoLimit);
  window().runs.swap(others);
  return loaded;
}

void UrlQueue::add_run(const Run& run) {
  window().runs.push_back(run);
  std::ranges::push_heap(window().runs, Later());
}

Result<> UrlQueue::spill(BlockStore& store, std::size_t keep) {
  if (window_bytes() <= keep) return {};
  if (auto loaded = load_short_run(store); !loaded) return loaded;
  std::vector<Item>& items = window_->items;
  std::ranges::sort(items, [](const Item& a, const Item& b) { return Later()(b, a); });
  auto first = items.begin();
  for (std::size_t kept = 0; first != items.end(); ++first) {
    kept += memory_of(*first->record);
    if (kept > keep) break;
  }
  Result<> outcome;
  std::vector<std::byte> block;
  auto next = first;
  auto stay = first;  // where those that cannot be written are gathered
  while (next != items.end()) {
    block.clear();
    const auto begin = next;
    for (; next != items.end(); ++next) {
      const std::size_t size = next->record->size();
      if (size > BlockStore::kLargest || (!block.empty() && block.size() + size > kRunBytes)) break;
      const auto* const bytes = reinterpret_cast<const std::byte*>(next->record.get());
      block.insert(block.end(), bytes, bytes + size);
    }
    if (block.empty()) {
      *stay++ = std::move(*next++);
      continue;
    }
    const auto written = store.write(block);
    if (!written) {
      outcome = std::unexpected(written.error());
      stay = std::move(begin, items.end(), stay);
      break;
    }
    const Run run{
        .key = begin->key, .block = *written, .begin = 0, .end = static_cast<std::uint16_t>(block.size())};
    if (next == items.end() && block.size() < kRunBytes / 2) {
      short_run_ = run;
    } else {
      add_run(run);
    }
    for (auto gone = begin; gone != next; ++gone) {
      window_->bytes -= memory_of(*gone->record);
      gone->record.reset();
    }
  }
  items.erase(stay, items.end());
  shrink();
  return outcome;
}

void UrlQueue::shrink() {
  if (window_->items.empty() && window_->runs.empty()) {
    window_.reset();
    return;
  }
  if (window_->items.capacity() > 4 * window_->items.size() + 8) window_->items.shrink_to_fit();
  if (window_->runs.capacity() > 4 * window_->runs.size() + 8) window_->runs.shrink_to_fit();
}

std::size_t UrlQueue::memory_bytes() const {
  constexpr std::size_t kChunks = 32;  // what malloc adds to a window with its two vectors
  if (!window_) return 0;
  return sizeof(Window) + kChunks + window_->bytes +
         (window_->items.capacity() - window_->items.size()) * sizeof(Item) +
         window_->runs.capacity() * sizeof(Run);
}

}  // namespace gossamer
