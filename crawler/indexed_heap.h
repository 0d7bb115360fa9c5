#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace gossamer {

// A heap of ids, smallest key first, equal keys in the order they came, that knows where each id stands, so
// that any can be taken out. An id stands in it at most once. `Position` maps an id to a std::uint32_t& that
// the heap may use while the id is in it. Four children a node: half the cache misses of two.
template <class Position>
class IndexedHeap {
 public:
  explicit IndexedHeap(Position position) : position_(std::move(position)) {}

  bool empty() const { return items_.empty(); }
  std::size_t size() const { return items_.size(); }
  std::uint32_t top() const { return items_.front().id; }
  std::uint64_t top_key() const { return items_.front().key; }
  std::uint64_t key_of(std::uint32_t id) const { return items_[position_(id)].key; }

  void push(std::uint32_t id, std::uint64_t key) {
    items_.push_back({key, next_turn_++, id});
    rise(items_.size() - 1);
  }

  void remove(std::uint32_t id) {
    const std::size_t at = position_(id);
    const Item last = items_.back();
    items_.pop_back();
    if (items_.capacity() > 4 * items_.size() + 64) items_.shrink_to_fit();
    if (at == items_.size()) return;
    items_[at] = last;
    sink(at);
    rise(position_(last.id));
  }

  std::size_t memory_bytes() const { return items_.capacity() * sizeof(Item); }

 private:
  struct Item {
    std::uint64_t key;
    std::uint32_t turn;  // wraps: what is more than 2^31 turns apart is not told apart rightly, only fairly
    std::uint32_t id;
    bool before(const Item& other) const {
      return key != other.key ? key < other.key : static_cast<std::int32_t>(turn - other.turn) < 0;
    }
  };

  void put(std::size_t at, const Item& item) {
    items_[at] = item;
    position_(item.id) = static_cast<std::uint32_t>(at);
  }
  void rise(std::size_t at) {
    const Item item = items_[at];
    for (; at > 0 && item.before(items_[(at - 1) / 4]); at = (at - 1) / 4) put(at, items_[(at - 1) / 4]);
    put(at, item);
  }
  void sink(std::size_t at) {
    const Item item = items_[at];
    while (true) {
      std::size_t least = 4 * at + 1;
      if (least >= items_.size()) break;
      for (std::size_t child = least + 1; child <= 4 * at + 4 && child < items_.size(); ++child) {
        if (items_[child].before(items_[least])) least = child;
      }
      if (!items_[least].before(item)) break;
      put(at, items_[least]);
      at = least;
    }
    put(at, item);
  }

  Position position_;
  std::vector<Item> items_;
  std::uint32_t next_turn_ = 0;
};

}  // namespace gossamer
