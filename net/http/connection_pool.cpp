#include "net/http/connection_pool.h"

#include <algorithm>
#include <utility>

namespace gossamer {

std::unique_ptr<HttpConnection> ConnectionPool::take(const std::string& origin) {
  close_old();
  const auto found = by_origin_.find(origin);
  if (found == by_origin_.end()) return nullptr;
  std::vector<Position>& positions = found->second;
  std::unique_ptr<HttpConnection> connection;
  while (!connection && !positions.empty()) {
    connection = std::move(positions.back()->connection);
    idle_.erase(positions.back());
    positions.pop_back();
    if (!connection->is_idle()) connection.reset();
  }
  if (positions.empty()) by_origin_.erase(found);
  return connection;
}

void ConnectionPool::put(std::string origin, std::unique_ptr<HttpConnection> connection) {
  idle_.push_back({std::move(origin), std::move(connection), EventLoop::current().now()});
  by_origin_[idle_.back().origin].push_back(std::prev(idle_.end()));
  close_old();
}

void ConnectionPool::close_old() {
  const TimePoint now = EventLoop::current().now();
  while (!idle_.empty() && (idle_.size() > max_idle_ || now - idle_.front().since > max_age_)) close_oldest();
}

bool ConnectionPool::close_oldest() {
  if (idle_.empty()) return false;
  const auto found = by_origin_.find(idle_.front().origin);
  found->second.erase(found->second.begin());  // its oldest is the oldest of all
  if (found->second.empty()) by_origin_.erase(found);
  idle_.pop_front();
  return true;
}

}  // namespace gossamer
