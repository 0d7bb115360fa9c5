#pragma once

#include <map>
#include <memory>
#include <mutex>

namespace gossamer {

// The one Table(key) of the process: made when it is first asked for, never changed, never freed. Any thread.
template <class Table, class Key>
const Table& made_once(const Key& key) {
  static std::mutex mutex;
  static auto& tables = *new std::map<Key, std::unique_ptr<const Table>>;
  const std::scoped_lock lock(mutex);
  std::unique_ptr<const Table>& table = tables[key];
  if (table == nullptr) table = std::make_unique<const Table>(key);
  return *table;
}

}  // namespace gossamer
