// Where the hosts of a crawl are: what politeness to an address needs to know before the first request.
#include "crawler/crawl.h"

namespace gossamer {

using namespace std::chrono_literals;

// A host's first request waits until its address is known, for that may be busy with other hosts.
bool Crawl::needs_address(HostId host) const {
  const JobOptions& o = job_.options;
  return (o.address_limit() > 0 || o.ip_delay > 0ms) && !registry_.host(host).address;
}

Task<Result<>> Crawl::find_address(HostId host, const Url& url) {
  auto addresses = co_await workers_->resolve(host, url);
  if (!addresses) co_return std::unexpected(std::move(addresses.error()));
  learn_address(host, addresses->front());
  co_return Result<>{};
}

// A lookup in vain, the first step towards the robots.txt of the host.
Task<> Crawl::keep_lookup(HostId host, WallTime asked_at, Error error) {
  FetchRow row{.started_at = asked_at,
               .duration = wall(loop_->now()) - asked_at,
               .error = ledger_class(error),
               .phase = error.phase,
               .message = error.message,
               .host = host,
               .kind = FetchKind::robots};
  robots_->keep_failure(host, std::move(error), asked_at);
  if (job_.options.no_robots) co_return;
  Permit permit = co_await commit_permits_.acquire();
  Outcome outcome;
  outcome.fetches.push_back(std::move(row));
  submit(std::move(outcome), std::move(permit));
}

void Crawl::learn_address(HostId host, const IpAddress& address) {
  registry_.set_address(host, address);
  frontier_.set_address(host, address, loop_->now());
}

// Of "192.0.2.1:443", where a request was made; "": nowhere.
void Crawl::learn_address(HostId host, std::string_view connected) {
  const std::string_view ip = connected.substr(0, connected.rfind(':'));
  const auto address = IpAddress::parse(ip);
  if (address && address != registry_.host(host).address) learn_address(host, *address);
}

}  // namespace gossamer
