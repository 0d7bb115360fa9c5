#pragma once

#include <cstdint>
#include <list>
#include <string>
#include <utility>
#include <vector>

#include "crawler/crawl_state.h"

namespace gossamer {

// What a worker says of a fetch it has under way.
struct FetchUnderWay {
  std::uint64_t ticket = 0;
  FetchProgress progress;
};

// What is in flight in a crawl, and what each URL waits for: told as it goes on, asked only when a person
// wonders. Belongs to the crawl loop; must outlive its entries.
class InFlight {
  struct Record {
    std::uint64_t ticket;
    std::string url;
    CrawlPhase phase;
    TimePoint since;
    TimePoint begun;
  };

 public:
  // One URL, in flight as long as this lives.
  class Entry {
   public:
    Entry() = default;
    Entry(Entry&& other) noexcept : all_(std::exchange(other.all_, nullptr)), record_(other.record_) {}
    Entry& operator=(Entry&& other) noexcept {
      std::swap(all_, other.all_);
      std::swap(record_, other.record_);
      return *this;
    }
    ~Entry() {
      if (all_) all_->records_.erase(record_);
    }

    void enter(CrawlPhase phase, TimePoint now) {
      record_->phase = phase;
      record_->since = now;
    }
    // Its name with the workers.
    std::uint64_t ticket() const { return record_->ticket; }

   private:
    friend class InFlight;
    InFlight* all_ = nullptr;
    std::list<Record>::iterator record_;
  };

  Entry begin(std::string url, CrawlPhase phase, TimePoint now);

  // All, longest in flight first. A URL in the hands of a worker (CrawlPhase::parse) waits for what `fetches`
  // says of it.
  std::vector<UrlInFlight> list(const std::vector<FetchUnderWay>& fetches) const;

 private:
  std::list<Record> records_;
  std::uint64_t last_ticket_ = 0;
};

}  // namespace gossamer
