#include "crawler/seen_set.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fmt/format.h>
#include <stdexcept>
#include <sys/random.h>
#include <system_error>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace gossamer {

namespace {

constexpr std::size_t kSubTables = 256;
constexpr double kMaxLoad = 0.85;
constexpr double kGrowth = 1.25;
constexpr double kFirstCapacity = 64;
// Slots behind the last home, for what is pushed out of the last ones. At kMaxLoad a displacement beyond it
// has a chance of about 1e-9; should it happen the table grows early. The last slot is always empty and ends
// every search.
constexpr std::size_t kTail = 64;

// The key is the hash without its top byte. An empty slot looks like the greatest key; a hash that is one
// counts as its neighbour.
constexpr std::uint64_t kKeyBits = 56;
constexpr std::uint64_t kEmptyKey = (std::uint64_t{1} << kKeyBits) - 1;

std::size_t table_of(SeenSet::Hash hash) { return static_cast<std::uint64_t>(hash) >> kKeyBits; }
std::uint64_t key_of(SeenSet::Hash hash) {
  return std::min(static_cast<std::uint64_t>(hash) & kEmptyKey, kEmptyKey - 1);
}

}  // namespace

// 56 bits of key and 40 bits of id in 12 bytes.
struct SeenSet::Slot {
  std::uint32_t words[3];

  std::uint64_t key() const { return head() >> 8; }
  UrlId id() const { return (head() & 0xff) << 32 | words[2]; }
  bool empty() const { return key() == kEmptyKey; }

  void set(std::uint64_t key, UrlId id) {
    const std::uint64_t head = key << 8 | id >> 32;
    std::memcpy(words, &head, sizeof head);
    words[2] = static_cast<std::uint32_t>(id);
  }

 private:
  std::uint64_t head() const {
    std::uint64_t head;
    std::memcpy(&head, words, sizeof head);
    return head;
  }
};

// Open addressing with linear probing, where a key's home grows with the key and the slots in use are sorted
// by key. So a search ends at the first greater key, also for an unknown one, and growing is one pass in
// order.
struct SeenSet::SubTable {
  std::unique_ptr<Slot[]> slots;
  std::size_t capacity = 0;  // homes; there are kTail slots more
  std::size_t used = 0;
  double size_now =
      0;  // the exact size whose whole part is `capacity`: growing keeps the sub-tables staggered

  std::size_t home(std::uint64_t key) const {
    return static_cast<std::size_t>(static_cast<unsigned __int128>(key) * capacity >> kKeyBits);
  }

  // Of the key, or where it belongs.
  std::size_t position(std::uint64_t key) const {
    std::size_t at = home(key);
    while (slots[at].key() < key) ++at;
    return at;
  }

  void resize(double size) {
    const std::unique_ptr<Slot[]> old = std::move(slots);
    const std::size_t old_slots = old ? capacity + kTail : 0;
    for (bool fits = false; !fits; size *= kGrowth) {
      size_now = size;
      capacity = static_cast<std::size_t>(size);
      slots = std::make_unique_for_overwrite<Slot[]>(capacity + kTail);
      fits = fill_from(old.get(), old_slots);
    }
  }

  // In order, so every slot is written once. False: the tail is too short.
  bool fill_from(const Slot* old, std::size_t old_slots) {
    const std::size_t end = capacity + kTail;
    std::size_t next = 0;
    for (std::size_t i = 0; i < old_slots; ++i) {
      if (old[i].empty()) continue;
      const std::size_t at = home(old[i].key());
      while (next < at) slots[next++].set(kEmptyKey, 0);
      if (next + 1 >= end) return false;
      slots[next++] = old[i];
    }
    while (next < end) slots[next++].set(kEmptyKey, 0);
    return true;
  }

  void insert_at(std::size_t at, std::uint64_t key, UrlId id) {
    for (;;) {
      const std::size_t last = capacity + kTail - 1;
      std::size_t gap = at;
      while (!slots[gap].empty()) ++gap;
      if (gap < last && static_cast<double>(used) < kMaxLoad * static_cast<double>(capacity)) {
        std::memmove(&slots[at + 1], &slots[at], (gap - at) * sizeof(Slot));
        slots[at].set(key, id);
        ++used;
        return;
      }
      resize(size_now * kGrowth);
      at = position(key);
    }
  }
};

SeenSet::SeenSet(const Secret& secret) : tables_(std::make_unique<SubTable[]>(kSubTables)) {
  static_assert(sizeof(Slot) == 12);
  static_assert(sizeof(key_) >= XXH3_SECRET_SIZE_MIN);
  if (XXH3_generateSecret(key_.data(), key_.size(), secret.data(), secret.size()) != XXH_OK) {
    throw std::logic_error("XXH3_generateSecret refused a 32-byte seed");
  }
  for (std::size_t i = 0; i < kSubTables; ++i) {
    tables_[i].resize(kFirstCapacity * std::pow(kGrowth, static_cast<double>(i) / kSubTables));
  }
}

SeenSet::SeenSet(SeenSet&&) noexcept = default;
SeenSet& SeenSet::operator=(SeenSet&&) noexcept = default;
SeenSet::~SeenSet() = default;

SeenSet::Hash SeenSet::hash(std::string_view canonical) const {
  return Hash{XXH3_64bits_withSecret(canonical.data(), canonical.size(), key_.data(), key_.size())};
}

void SeenSet::prefetch(Hash hash) const {
  const SubTable& table = tables_[table_of(hash)];
  __builtin_prefetch(&table.slots[table.home(key_of(hash))]);
}

std::optional<UrlId> SeenSet::find(Hash hash) const {
  const SubTable& table = tables_[table_of(hash)];
  const std::uint64_t key = key_of(hash);
  const Slot& slot = table.slots[table.position(key)];
  if (slot.key() != key) return std::nullopt;
  return slot.id();
}

SeenSet::Insert SeenSet::insert(Hash hash, UrlId new_id) {
  SubTable& table = tables_[table_of(hash)];
  const std::uint64_t key = key_of(hash);
  const std::size_t at = table.position(key);
  if (table.slots[at].key() == key) return {.id = table.slots[at].id(), .inserted = false};
  if (new_id == 0 || new_id > kMaxId) throw std::logic_error("a URL id does not fit the seen set");
  table.insert_at(at, key, new_id);
  ++size_;
  return {.id = new_id, .inserted = true};
}

std::size_t SeenSet::memory_bytes() const {
  std::size_t slots = 0;
  for (std::size_t i = 0; i < kSubTables; ++i) slots += tables_[i].capacity + kTail;
  return slots * sizeof(Slot) + kSubTables * sizeof(SubTable);
}

SeenSet::Secret SeenSet::random_secret() {
  Secret secret;
  std::size_t filled = 0;
  while (filled < secret.size()) {
    const ssize_t got = ::getrandom(secret.data() + filled, secret.size() - filled, 0);
    if (got < 0 && errno != EINTR) throw std::system_error(errno, std::generic_category(), "getrandom");
    if (got > 0) filled += static_cast<std::size_t>(got);
  }
  return secret;
}

std::string SeenSet::to_hex(const Secret& secret) { return fmt::format("{:02x}", fmt::join(secret, "")); }

Result<SeenSet::Secret> SeenSet::from_hex(std::string_view hex) {
  const auto digit = [](char c) -> int {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
  };
  Secret secret;
  bool valid = hex.size() == secret.size() * 2;
  for (std::size_t i = 0; valid && i < secret.size(); ++i) {
    const int high = digit(hex[2 * i]);
    const int low = digit(hex[2 * i + 1]);
    valid = high >= 0 && low >= 0;
    secret[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  if (!valid) return fail(ErrorClass::storage, "the seen-set secret is not 64 lower-case hexadecimal digits");
  return secret;
}

}  // namespace gossamer
