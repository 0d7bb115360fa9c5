#include "crawler/host_table.h"

namespace gossamer {

FrontierHost* HostTable::find(HostId id) {
  const std::size_t page = id / kPageSize;
  if (page >= pages_.size() || !pages_[page]) return nullptr;
  FrontierHost& host = pages_[page]->hosts[id % kPageSize];
  return host.active ? &host : nullptr;
}

FrontierHost& HostTable::activate(HostId id) {
  const std::size_t page = id / kPageSize;
  if (page >= pages_.size()) pages_.resize(page + 1);
  if (!pages_[page]) {
    pages_[page] = std::make_unique<Page>();
    ++used_;
  }
  FrontierHost& host = pages_[page]->hosts[id % kPageSize];
  if (!host.active) {
    host.active = true;
    ++pages_[page]->active;
    ++size_;
  }
  return host;
}

void HostTable::erase(HostId id) {
  const std::size_t page = id / kPageSize;
  pages_[page]->hosts[id % kPageSize] = FrontierHost{};
  --size_;
  if (--pages_[page]->active > 0) return;
  pages_[page].reset();
  --used_;
}

}  // namespace gossamer
