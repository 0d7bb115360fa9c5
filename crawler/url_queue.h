#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "storage/rows.h"

namespace gossamer {

// FIFO of URLs packed into chunks of bytes: 16 bytes and the URL itself, no allocation of its own. The chunks
// double from 256 bytes to 64 KiB, so that a host with three URLs stays small and a long queue never moves.
class UrlQueue {
 public:
  struct Record {
    UrlId id = 0;
    std::uint16_t attempt = 1;
    std::uint8_t hops = 0;
    std::string_view url;
  };

  UrlQueue();
  UrlQueue(UrlQueue&&) noexcept;
  UrlQueue& operator=(UrlQueue&&) noexcept;
  ~UrlQueue();

  void push(const Record& record);

  // The oldest record; its view lives until the next pop(). The queue must not be empty.
  Record front() const;
  void pop();

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }

 private:
  struct Chunk;
  void append_chunk(std::size_t at_least);

  std::unique_ptr<Chunk> first_;  // owns the chain
  Chunk* last_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace gossamer
