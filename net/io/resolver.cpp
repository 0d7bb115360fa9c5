#include "net/io/resolver.h"

#include <algorithm>
#include <ares.h>
#include <deque>
#include <mutex>
#include <netdb.h>
#include <poll.h>
#include <unordered_map>
#include <utility>

#include "net/coro/event.h"
#include "net/coro/timeout.h"
#include "net/loop/io_watch.h"

namespace gossamer {

class Resolver::State : public std::enable_shared_from_this<State> {
 public:
  explicit State(Options options) : options_(std::move(options)) {}

  ~State() {
    loop_.disarm(timer_);
    if (channel_) ares_destroy(channel_);
  }

  Result<> open() {
    static std::once_flag initialised;
    std::call_once(initialised, [] { ares_library_init(ARES_LIB_INIT_ALL); });
    ares_options ares{};
    ares.sock_state_cb = [](void* self, ares_socket_t fd, int readable, int writable) {
      static_cast<State*>(self)->watch(fd, (readable != 0 ? IoEvents::read : IoEvents::none) |
                                               (writable != 0 ? IoEvents::write : IoEvents::none));
    };
    ares.sock_state_cb_data = this;
    ares.timeout = 2000;  // ms, the first try; doubled on each of
    ares.tries = 3;
    const int mask = ARES_OPT_SOCK_STATE_CB | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES;
    if (const int status = ares_init_options(&channel_, &ares, mask); status != ARES_SUCCESS) {
      return fail(ErrorClass::dns, Phase::dns,
                  std::string("cannot start the resolver: ") + ares_strerror(status));
    }
    if (!options_.server.empty() &&
        ares_set_servers_ports_csv(channel_, options_.server.c_str()) != ARES_SUCCESS) {
      return fail(ErrorClass::invalid_input,
                  "not a DNS server address: " + options_.server + " (ADDR or ADDR:PORT)");
    }
    return {};
  }

  // The cached answer, fresh or being fetched.
  struct Answer {
    Event ready;
    TimePoint expires = TimePoint::max();
    Result<std::vector<IpAddress>> addresses = fail(ErrorClass::dns, "");
  };

  std::shared_ptr<Answer> lookup(const std::string& host) {
    const auto found = cache_.find(host);
    if (found != cache_.end() && found->second->expires > loop_.now()) return found->second;
    if (cache_.size() >= options_.cache_entries) shrink_cache();
    auto answer = std::make_shared<Answer>();
    cache_[host] = answer;
    waiting_.push_back(std::make_unique<Question>(this, host, answer));
    ask_waiting();
    return answer;
  }

 private:
  struct Question {
    State* state;
    std::string host;
    std::shared_ptr<Answer> answer;
  };

  void ask_waiting() {
    while (asked_ < kMaxAsked && !waiting_.empty()) {
      Question* const question = waiting_.front().release();
      waiting_.pop_front();
      ++asked_;
      ares_addrinfo_hints hints{};
      hints.ai_family = AF_UNSPEC;
      hints.ai_flags = ARES_AI_NOSORT;  // sorting opens a socket for each address
      ares_getaddrinfo(channel_, question->host.c_str(), nullptr, &hints, &State::on_answer, question);
    }
    arm_timer();
  }

  static void on_answer(void* argument, int status, int, ares_addrinfo* info) {
    const std::unique_ptr<Question> question(static_cast<Question*>(argument));
    Answer& answer = *question->answer;
    State& state = *question->state;
    Duration ttl = state.options_.failure_ttl;
    if (status == ARES_SUCCESS) {
      std::vector<IpAddress> addresses;
      ttl = state.options_.maximum_ttl;
      // IPv4 first: a host without IPv6 routes then loses no time.
      for (const int family : {AF_INET, AF_INET6}) {
        for (const ares_addrinfo_node* node = info->nodes; node; node = node->ai_next) {
          if (node->ai_family != family) continue;
          addresses.push_back(IpAddress::from_sockaddr(*node->ai_addr));
          ttl = std::min<Duration>(ttl, std::chrono::seconds(node->ai_ttl));
        }
      }
      answer.addresses = std::move(addresses);
    }
    if (info) ares_freeaddrinfo(info);
    if (!answer.addresses || answer.addresses->empty()) {
      const std::string reason = status == ARES_SUCCESS ? "no address" : ares_strerror(status);
      answer.addresses =
          fail(ErrorClass::dns, Phase::dns, "cannot resolve " + question->host + ": " + reason);
      // Only "no such name" and "no data" are facts worth remembering; the rest is asked again.
      if (status != ARES_SUCCESS && status != ARES_ENOTFOUND && status != ARES_ENODATA)
        ttl = Duration::zero();
    }
    answer.expires =
        state.loop_.now() + std::max(ttl, ttl == Duration::zero() ? ttl : state.options_.minimum_ttl);
    answer.ready.set();
    --state.asked_;
    if (status != ARES_EDESTRUCTION) state.ask_waiting();
  }

  void shrink_cache() {
    const TimePoint now = loop_.now();
    std::erase_if(cache_, [&](const auto& entry) { return entry.second->expires <= now; });
    if (cache_.size() < options_.cache_entries) return;
    std::erase_if(cache_, [](const auto& entry) { return entry.second->ready.is_set(); });
  }

  struct Watched {
    std::unique_ptr<IoWatch> watch;
    IoEvents wanted = IoEvents::none;
  };

  // c-ares opened, changed or closed a socket.
  void watch(ares_socket_t fd, IoEvents wanted) {
    if (!any(wanted)) {
      watches_.erase(fd);
      return;
    }
    Watched& watched = watches_[fd];
    if (!watched.watch) watched.watch = std::make_unique<IoWatch>(loop_, fd);
    watched.wanted = wanted;
    await_report(watched);
  }

  // Only for what c-ares wants: a datagram socket can always be written, and a level-triggered selector would
  // say so again and again.
  void await_report(Watched& watched) {
    const ReadyCall call{[](void* self) { static_cast<State*>(self)->process_soon(); }, this};
    for (const IoEvents direction : {IoEvents::read, IoEvents::write}) {
      if (any(watched.wanted & direction)) {
        watched.watch->wait(direction, call);
      } else {
        watched.watch->stop_waiting(direction);
      }
    }
  }

  void process_soon() {
    if (std::exchange(process_queued_, true)) return;
    loop_.call_soon([weak = weak_from_this()] {
      if (auto self = weak.lock()) self->process();
    });
  }

  void process() {
    process_queued_ = false;
    std::vector<ares_socket_t> sockets;
    for (const auto& [fd, watch] : watches_) sockets.push_back(fd);
    ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);  // timeouts
    for (const ares_socket_t fd : sockets) {
      if (!watches_.contains(fd)) continue;  // closed meanwhile
      // Edge-triggered reports come once, and c-ares may leave bytes unread: ask the socket itself.
      pollfd ready{fd, POLLIN | POLLOUT, 0};
      ::poll(&ready, 1, 0);
      const bool readable = (ready.revents & (POLLIN | POLLERR | POLLHUP)) != 0;
      ares_process_fd(channel_, readable ? fd : ARES_SOCKET_BAD,
                      (ready.revents & POLLOUT) ? fd : ARES_SOCKET_BAD);
      const auto still_open = watches_.find(fd);
      if (still_open == watches_.end()) continue;
      still_open->second.watch->take(IoEvents::read);
      still_open->second.watch->take(IoEvents::write);
      await_report(still_open->second);
      ready = {fd, POLLIN, 0};
      if (::poll(&ready, 1, 0) == 1) process_soon();
    }
    arm_timer();
  }

  void arm_timer() {
    timeval storage{};
    const timeval* const next = ares_timeout(channel_, nullptr, &storage);
    if (!next) {
      loop_.disarm(timer_);
      return;
    }
    loop_.arm(timer_, loop_.now() + std::chrono::seconds(next->tv_sec) +
                          std::chrono::microseconds(next->tv_usec) + std::chrono::milliseconds(1));
  }

  // Questions under way: more of them than a name server's or our own socket buffer holds would only be lost.
  static constexpr int kMaxAsked = 64;

  Options options_;
  EventLoop& loop_ = EventLoop::current();
  ares_channel channel_ = nullptr;
  std::unordered_map<ares_socket_t, Watched> watches_;
  std::unordered_map<std::string, std::shared_ptr<Answer>> cache_;
  std::deque<std::unique_ptr<Question>> waiting_;
  int asked_ = 0;
  Timer timer_{{[](void* self) { static_cast<State*>(self)->process_soon(); }, this}};
  bool process_queued_ = false;
};

Resolver::Resolver(std::shared_ptr<State> state) : state_(std::move(state)) {}
Resolver::~Resolver() = default;

Result<std::unique_ptr<Resolver>> Resolver::create(Options options) {
  auto state = std::make_shared<State>(std::move(options));
  if (auto opened = state->open(); !opened) return std::unexpected(opened.error());
  return std::unique_ptr<Resolver>(new Resolver(std::move(state)));
}

namespace {

Task<> wait_for(Event& event) { co_await event.wait(); }

}  // namespace

Task<Result<std::vector<IpAddress>>> Resolver::resolve(std::string host, Deadline deadline) {
  if (const auto literal = IpAddress::parse(host)) co_return std::vector{*literal};
  const auto answer = state_->lookup(host);
  if (!answer->ready.is_set()) {
    if (!co_await with_deadline(deadline, wait_for(answer->ready))) {
      co_return fail(ErrorClass::timeout, Phase::dns, "no answer from DNS for " + host);
    }
  }
  co_return answer->addresses;
}

}  // namespace gossamer
