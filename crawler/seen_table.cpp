#include "crawler/seen_table.h"

#include <cmath>
#include <cstring>

namespace gossamer {
namespace {

constexpr double kMaxLoad = 0.85;
constexpr double kGrowth = 1.25;
constexpr double kFirstCapacity = 220;  // a page of memory
// Slots behind the last home, for what is pushed out of the last ones. At kMaxLoad a displacement beyond it
// has a chance of about 1e-9; should it happen the table grows early. The last slot is always empty and ends
// every search.
constexpr std::size_t kTail = 64;
constexpr std::size_t kPage = 4096;  // of memory

}  // namespace

SeenTable::SeenTable() {
  static_assert(sizeof(Slot) == 12);
  for (std::size_t i = 0; i < kSubTables; ++i) {
    tables_[i].resize(kFirstCapacity * std::pow(kGrowth, static_cast<double>(i) / kSubTables));
    bytes_ += tables_[i].memory.bytes();
  }
}

void SeenTable::SubTable::resize(double size) {
  const std::size_t old_slots = capacity == 0 ? 0 : capacity + kTail;
  // What is used is moved together at the end of the new slots, then spread from the front: the place an
  // entry gets is never behind the entries that still wait.
  std::size_t end = 0;
  std::size_t first = 0;
  for (bool fits = false; !fits; size *= kGrowth) {
    const std::size_t from = end == 0 ? old_slots : end;
    size_now = size;
    capacity = static_cast<std::size_t>(size);
    end = capacity + kTail;
    memory.grow((end + kStride) * sizeof(Slot));
    slots = reinterpret_cast<Slot*>(memory.data());
    for (std::size_t i = 0; i < kStride; ++i) slots[end + i].set(kEmptyKey, 0);
    first = end;
    for (std::size_t i = from; i > 0; --i) {
      if (!slots[i - 1].empty()) slots[--first] = slots[i - 1];
    }
    fits = spread(first);
  }
}

// False: the tail is too short; every entry is there still, in order, and what is not an entry is empty.
bool SeenTable::SubTable::spread(std::size_t next_read) {
  const std::size_t end = capacity + kTail;
  std::size_t next = 0;
  for (; next_read < end; ++next_read) {
    const Slot entry = slots[next_read];
    const std::size_t at = home(entry.key());
    if (at > next_read || next + 1 >= end) {
      while (next < next_read) slots[next++].set(kEmptyKey, 0);
      return false;
    }
    while (next < at) slots[next++].set(kEmptyKey, 0);
    slots[next++] = entry;
  }
  while (next < end) slots[next++].set(kEmptyKey, 0);
  return true;
}

void SeenTable::insert_at(Position position, SeenHash hash, UrlId id) {
  SubTable& table = tables_[index_of(hash)];
  const std::uint64_t key = key_of(hash);
  std::size_t at = position.slot;
  for (;;) {
    const std::size_t last = table.capacity + kTail - 1;
    std::size_t gap = at;
    while (!table.slots[gap].empty()) ++gap;
    if (gap < last && static_cast<double>(table.used) < kMaxLoad * static_cast<double>(table.capacity)) {
      std::memmove(&table.slots[at + 1], &table.slots[at], (gap - at) * sizeof(Slot));
      table.slots[at].set(key, id);
      ++table.used;
      ++size_;
      return;
    }
    grow(table, table.size_now * kGrowth);
    at = table.position(key);
  }
}

void SeenTable::reserve(std::size_t entries) {
  const double share = static_cast<double>(entries) / kSubTables;
  for (SubTable& table : tables_) {
    double size = table.size_now;
    while (kMaxLoad * size < share) size *= kGrowth;
    if (size > table.size_now) grow(table, size);
  }
}

std::size_t SeenTable::entries_within(std::size_t bytes) {
  // Of a sub-table that has just grown, whose last page is hardly used.
  constexpr double kMostBytes = sizeof(Slot) * kGrowth / kMaxLoad;
  constexpr std::size_t kEmpty = kSubTables * ((kTail + kStride) * sizeof(Slot) + kPage);
  return bytes < kEmpty ? 0 : static_cast<std::size_t>(static_cast<double>(bytes - kEmpty) / kMostBytes);
}

void SeenTable::grow(SubTable& table, double size) {
  const std::size_t before = table.memory.bytes();
  table.resize(size);
  bytes_ += table.memory.bytes() - before;
}

bool SeenTable::for_each(const std::function<bool(SeenHash, UrlId)>& callback) const {
  for (std::size_t i = 0; i < kSubTables; ++i) {
    const SubTable& table = tables_[i];
    for (std::size_t at = 0; at < table.capacity + kTail; ++at) {
      const Slot& slot = table.slots[at];
      if (slot.empty()) continue;
      if (!callback(SeenHash{std::uint64_t{i} << kKeyBits | slot.key()}, slot.id())) return false;
    }
  }
  return true;
}

}  // namespace gossamer
