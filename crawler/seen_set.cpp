#include "crawler/seen_set.h"

#include <algorithm>
#include <cerrno>
#include <fmt/format.h>
#include <stdexcept>
#include <sys/random.h>
#include <system_error>
#include <utility>

#include "crawler/seen_answers.h"
#include "crawler/seen_runs.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace gossamer {
namespace {

void check(UrlId id) {
  if (id == 0 || id > SeenSet::kMaxId) throw std::logic_error("a URL id does not fit the seen set");
}

}  // namespace

// How the memory is shared: a table that fills, a table that is being written, the filters of the runs, and
// the answers. The first table, beside which there are no runs, may take more: it waits to be written, with
// its own filter to come, while the second fills.
struct SeenSet::Disk {
  explicit Disk(const Options& options)
      : table_bytes(options.memory * 5 / 16),
        answers(options.memory / 16),
        runs(options.scratch_directory, options.memory * 5 / 16),
        next_freeze(options.memory * 9 / 16) {}

  const std::size_t table_bytes;
  SeenAnswers answers;
  SeenRuns runs;
  std::shared_ptr<const SeenTable> frozen;  // full, and not in the view
  std::shared_ptr<const SeenRuns::View> view = std::make_shared<SeenRuns::View>();
  std::size_t next_freeze;  // when the table has this many bytes
};

SeenSet::SeenSet(const Secret& secret) {
  static_assert(sizeof(key_) >= XXH3_SECRET_SIZE_MIN);
  if (XXH3_generateSecret(key_.data(), key_.size(), secret.data(), secret.size()) != XXH_OK) {
    throw std::logic_error("XXH3_generateSecret refused a 32-byte seed");
  }
}

SeenSet::SeenSet(const Secret& secret, const Options& options) : SeenSet(secret) {
  disk_ = std::make_unique<Disk>(options);
}

SeenSet::SeenSet(SeenSet&&) noexcept = default;
SeenSet& SeenSet::operator=(SeenSet&&) noexcept = default;
SeenSet::~SeenSet() = default;

SeenSet::Hash SeenSet::hash(std::string_view canonical) const {
  return Hash{XXH3_64bits_withSecret(canonical.data(), canonical.size(), key_.data(), key_.size())};
}

void SeenSet::prefetch(Hash hash) const {
  table_.prefetch(hash);
  if (!disk_) return;
  if (disk_->frozen) disk_->frozen->prefetch(hash);
  for (const auto& run : disk_->view->runs) run->prefetch(hash);
}

std::optional<UrlId> SeenSet::find(Hash hash) const {
  if (const auto id = table_.find(hash); id || !disk_) return id;
  return find_beyond(SeenTable::stored(hash));
}

SeenSet::Insert SeenSet::insert(Hash hash, UrlId new_id) {
  const SeenTable::Position position = table_.find_slot(hash);
  if (position.id) return {.id = *position.id, .inserted = false};
  if (disk_) {
    if (const auto known = find_beyond(SeenTable::stored(hash))) return {.id = *known, .inserted = false};
  }
  check(new_id);
  add(position, hash, new_id);
  return {.id = new_id, .inserted = true};
}

void SeenSet::add(SeenTable::Position position, Hash hash, UrlId id) {
  table_.insert_at(position, hash, id);
  ++size_;
  if (disk_ && table_.memory_bytes() >= disk_->next_freeze) freeze();
}

SeenSet::Loader::Loader(SeenSet& seen, std::size_t urls) : seen_(seen) {
  if (seen_.disk_) urls = std::min(urls, SeenTable::entries_within(seen_.disk_->next_freeze));
  seen_.table_.reserve(urls);
}

SeenSet::Loader::~Loader() {
  for (Batch& batch : batches_) insert(batch);
}

void SeenSet::Loader::add(std::string_view canonical, UrlId id) {
  check(id);
  const Hash hash = seen_.hash(canonical);
  Batch& batch = batches_[SeenTable::part_of(hash)];
  batch.urls[batch.size++] = {.hash = hash, .id = id};
  if (batch.size == batch.urls.size()) insert(batch);
}

void SeenSet::Loader::insert(Batch& batch) {
  const auto urls = std::span(batch.urls).first(batch.size);
  for (const Batch::Url& url : urls) seen_.table_.prefetch(url.hash);
  for (const Batch::Url& url : urls) {
    const SeenTable::Position position = seen_.table_.find_slot(url.hash);
    if (!position.id) seen_.add(position, url.hash, url.id);
  }
  batch.size = 0;
}

// In memory or on disk, but not in `table_`.
std::optional<UrlId> SeenSet::find_beyond(Hash hash) const {
  if (disk_->frozen) {
    if (const auto id = disk_->frozen->find(hash)) return id;
  }
  const SeenRuns::View& view = *disk_->view;
  if (view.runs.empty()) return std::nullopt;
  if (const auto answer = disk_->answers.find(hash);
      answer && (answer->id || answer->tables == view.tables)) {
    return answer->id;
  }
  bool read = false;
  std::optional<UrlId> id;
  for (auto run = view.runs.begin(); run != view.runs.end() && !id; ++run) {
    if (!(*run)->may_have(hash)) continue;
    read = true;
    auto found = (*run)->find(hash);
    if (!found) throw std::runtime_error("the seen set cannot be read: " + found.error().message);
    id = *found;
  }
  if (read) {
    disk_->answers.put(hash, {.id = id, .tables = view.tables});
    ++disk_reads_;
  }
  return id;
}

std::optional<SeenSet::Lookup> SeenSet::lookup(std::span<const Hash> hashes) {
  if (!disk_) return std::nullopt;
  if (disk_->runs.changed()) adopt();
  const SeenRuns::View& view = *disk_->view;
  if (view.runs.empty()) return std::nullopt;
  for (const Hash hash : hashes) prefetch(hash);
  std::vector<Hash> cold;
  for (const Hash given : hashes) {
    const Hash hash = SeenTable::stored(given);
    if (table_.find(hash) || (disk_->frozen && disk_->frozen->find(hash))) continue;
    const auto answer = disk_->answers.find(hash);
    if (answer && (answer->id || answer->tables == view.tables)) continue;
    if (std::ranges::any_of(view.runs, [&](const auto& run) { return run->may_have(hash); })) {
      cold.push_back(hash);
    }
  }
  if (cold.empty()) return std::nullopt;
  return Lookup(std::move(cold), disk_->view);
}

SeenSet::LookupAnswers SeenSet::Lookup::operator()() {
  const std::shared_ptr<const SeenRuns::View> view = std::move(view_);
  std::ranges::sort(hashes_);
  const auto repeated = std::ranges::unique(hashes_);
  hashes_.erase(repeated.begin(), repeated.end());
  LookupAnswers answers{.found = {}, .missing = {}, .tables = view->tables};
  for (const auto& run : view->runs) {
    std::erase_if(hashes_, [&](Hash hash) {
      if (!run->may_have(hash)) return false;
      const auto id = run->find(hash);
      if (id && *id) answers.found.emplace_back(hash, **id);
      return !id || *id;  // one that cannot be read gets no answer
    });
  }
  answers.missing = std::move(hashes_);
  return answers;
}

void SeenSet::warm(const LookupAnswers& answers) {
  if (!disk_) return;
  for (const auto& [hash, id] : answers.found) disk_->answers.put(hash, {.id = id});
  for (const Hash hash : answers.missing) {
    disk_->answers.put(hash, {.id = std::nullopt, .tables = answers.tables});
  }
}

void SeenSet::freeze() {
  if (disk_->runs.changed()) adopt();
  // Tried again when the table has grown a little more.
  disk_->next_freeze = table_.memory_bytes() + disk_->table_bytes / 16;
  if (disk_->frozen) return disk_->runs.retry();
  disk_->frozen = std::make_shared<const SeenTable>(std::exchange(table_, SeenTable()));
  disk_->next_freeze = disk_->table_bytes;
  disk_->runs.write(disk_->frozen);
}

// Not by every insert: a view that changes in the middle of a page makes the page's answers worth less.
void SeenSet::adopt() {
  const std::uint64_t before = disk_->view->tables;
  std::shared_ptr<const SeenRuns::View> newest = disk_->runs.view();
  std::shared_ptr<const SeenTable> written;
  if (newest->tables != before) {
    written = std::move(disk_->frozen);
    disk_->next_freeze = disk_->table_bytes;
  }
  disk_->runs.bury(std::exchange(disk_->view, std::move(newest)), std::move(written));
}

std::optional<Error> SeenSet::trouble() const { return disk_ ? disk_->runs.trouble() : std::nullopt; }

std::size_t SeenSet::memory_bytes() const {
  std::size_t bytes = table_.memory_bytes();
  if (disk_) {
    bytes += disk_->answers.memory_bytes() + disk_->runs.memory_bytes();
    if (disk_->frozen) bytes += disk_->frozen->memory_bytes();
  }
  return bytes;
}

std::uint64_t SeenSet::disk_bytes() const { return disk_ ? disk_->runs.disk_bytes() : 0; }

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
  if (!valid)
    return fail(ErrorClass::invalid_input, "the seen-set secret is not 64 lower-case hexadecimal digits");
  return secret;
}

}  // namespace gossamer
