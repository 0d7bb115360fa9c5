#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "crawler/page_memory.h"
#include "crawler/seen_table.h"

namespace gossamer {

// What was found on disk lately, of a fixed size: the newest answers, four to a cache line, push out others.
class SeenAnswers {
 public:
  explicit SeenAnswers(std::size_t bytes) {
    while (sets_ * 2 * sizeof(Set) <= bytes) sets_ *= 2;
    memory_.grow(sets_ * sizeof(Set));
  }

  struct Answer {
    std::optional<UrlId> id;   // nullopt: not on disk...
    std::uint64_t tables = 0;  // ... when this many tables were
  };

  void put(SeenHash hash, Answer answer) {
    // Newest first: the oldest of the set, or the old answer, makes room.
    Set& set = set_of(hash);
    auto last = set.begin();
    while (last + 1 != set.end() && last->value != 0 && last->hash != hash) ++last;
    std::move_backward(set.begin(), last, last + 1);
    set.front() = {hash, answer.id ? *answer.id << 1 | 1 : (answer.tables + 1) << 1};
  }

  std::optional<Answer> find(SeenHash hash) const {
    for (const Entry& entry : set_of(hash)) {
      if (entry.hash != hash || entry.value == 0) continue;
      if ((entry.value & 1) != 0) return Answer{.id = entry.value >> 1};
      return Answer{.id = std::nullopt, .tables = (entry.value >> 1) - 1};
    }
    return std::nullopt;
  }

  std::size_t memory_bytes() const { return memory_.bytes(); }

 private:
  struct Entry {
    SeenHash hash;
    std::uint64_t value;  // 0: unused; odd: an id; else the tables it was not in, plus one
  };
  using Set = std::array<Entry, 4>;

  Set& set_of(SeenHash hash) const {
    const std::uint64_t mixed = static_cast<std::uint64_t>(hash) * 0x9e3779b97f4a7c15ULL >> 20;
    return reinterpret_cast<Set*>(memory_.data())[mixed & (sets_ - 1)];
  }

  std::size_t sets_ = 1;  // a power of two
  PageMemory memory_;
};

}  // namespace gossamer
