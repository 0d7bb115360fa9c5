#include "crawler/url_queue.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace gossamer {

namespace {

constexpr std::size_t kFirstChunk = 256;
constexpr std::size_t kLargestChunk = 65'536;

// Stands before the URL's bytes, unaligned.
struct Header {
  UrlId id;
  std::uint32_t length;
  std::uint16_t attempt;
  std::uint8_t hops;
};
static_assert(sizeof(Header) == 16);

}  // namespace

struct UrlQueue::Chunk {
  explicit Chunk(std::size_t size) : bytes(new char[size]), capacity(size) {}

  std::unique_ptr<char[]> bytes;
  std::size_t capacity;
  std::size_t begin = 0;  // of the oldest record
  std::size_t end = 0;
  std::unique_ptr<Chunk> next;
};

UrlQueue::UrlQueue() = default;

UrlQueue::UrlQueue(UrlQueue&& other) noexcept
    : first_(std::move(other.first_)),
      last_(std::exchange(other.last_, nullptr)),
      size_(std::exchange(other.size_, 0)) {}

UrlQueue& UrlQueue::operator=(UrlQueue&& other) noexcept {
  std::swap(first_, other.first_);
  std::swap(last_, other.last_);
  std::swap(size_, other.size_);
  return *this;
}

UrlQueue::~UrlQueue() {
  while (first_) first_ = std::move(first_->next);  // one by one: a long chain must not recurse
}

void UrlQueue::append_chunk(std::size_t at_least) {
  const std::size_t usual = last_ ? std::min(last_->capacity * 2, kLargestChunk) : kFirstChunk;
  auto chunk = std::make_unique<Chunk>(std::max(usual, at_least));
  Chunk* const added = chunk.get();
  (last_ ? last_->next : first_) = std::move(chunk);
  last_ = added;
}

void UrlQueue::push(const Record& record) {
  const std::size_t size = sizeof(Header) + record.url.size();
  if (!last_ || last_->capacity - last_->end < size) append_chunk(size);
  const Header header{.id = record.id,
                      .length = static_cast<std::uint32_t>(record.url.size()),
                      .attempt = record.attempt,
                      .hops = record.hops};
  char* const at = last_->bytes.get() + last_->end;
  std::memcpy(at, &header, sizeof header);
  std::copy(record.url.begin(), record.url.end(), at + sizeof header);
  last_->end += size;
  ++size_;
}

UrlQueue::Record UrlQueue::front() const {
  const char* const at = first_->bytes.get() + first_->begin;
  Header header;
  std::memcpy(&header, at, sizeof header);
  return {.id = header.id,
          .attempt = header.attempt,
          .hops = header.hops,
          .url = std::string_view(at + sizeof header, header.length)};
}

void UrlQueue::pop() {
  first_->begin += sizeof(Header) + front().url.size();
  --size_;
  if (first_->begin < first_->end) return;
  if (first_->next) {
    first_ = std::move(first_->next);
  } else {
    first_->begin = first_->end = 0;  // the only chunk: used again
  }
}

}  // namespace gossamer
