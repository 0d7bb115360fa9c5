#include "storage/host_counts.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "storage/rows.h"
#include "storage/sqlite.h"

namespace gossamer {
namespace {

Result<std::vector<HostCounts>> count_urls(Database& database) {
  auto rows = database.prepare("SELECT host, state, status FROM urls");
  if (!rows) return std::unexpected(std::move(rows.error()));
  auto last = database.query_integer("SELECT max(id) FROM hosts");
  if (!last) return std::unexpected(std::move(last.error()));
  std::vector<HostCounts> hosts(static_cast<HostId>(*last) + std::size_t{1});  // by id
  while (true) {
    auto row = rows->step();
    if (!row) return std::unexpected(std::move(row.error()));
    if (!*row) return hosts;
    const auto id = static_cast<HostId>(rows->integer(0));
    const auto state = parse_url_state(rows->text(1));
    const std::int64_t status = rows->integer(2);
    if (id >= hosts.size()) continue;  // of no host: the file is damaged
    HostCounts& host = hosts[id];
    ++host.urls;
    if (state == UrlState::done && status >= 200 && status < 300) ++host.pages;
    if (state == UrlState::failed) ++host.failed;
    if (state == UrlState::filtered) ++host.filtered;
    if (state == UrlState::pending) ++host.pending;
  }
}

}  // namespace

Result<std::vector<HostCounts>> count_hosts(Database& database, std::size_t top) {
  auto snapshot = Transaction::begin(database, Transaction::Kind::read);
  if (!snapshot) return std::unexpected(std::move(snapshot.error()));
  auto hosts = count_urls(database);
  if (!hosts) return hosts;
  std::vector<std::size_t> order(hosts->size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::erase_if(order, [&](std::size_t id) { return (*hosts)[id].urls == 0; });
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    return std::pair((*hosts)[b].urls, a) < std::pair((*hosts)[a].urls, b);
  });
  if (top != 0 && order.size() > top) order.resize(top);

  auto find = database.prepare("SELECT origin, address, robots_body FROM hosts WHERE id = ?1");
  if (!find) return std::unexpected(std::move(find.error()));
  std::vector<HostCounts> result;
  for (const std::size_t id : order) {
    result.push_back((*hosts)[id]);
    auto row = find->bind(1, static_cast<std::int64_t>(id)).step();
    if (!row) return std::unexpected(std::move(row.error()));
    if (*row) {
      result.back().origin = find->text(0);
      result.back().address = find->text(1);
      result.back().robots_body = find->text(2);
    }
    find->reset();
  }
  return result;
}

}  // namespace gossamer
