#include "tests/sim/web.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>

namespace gossamer::sim {
namespace {

constexpr std::uint32_t kChildren = 8;  // of a page in its host's tree, and of a host in the tree of hosts
constexpr std::size_t kTextBytes = 4 << 20;

std::uint64_t mix(std::uint64_t x) {  // splitmix64
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

std::string make_text(std::uint64_t seed) {
  std::string text;
  text.reserve(kTextBytes);
  for (std::uint64_t i = 0; text.size() < kTextBytes - 16; ++i) {
    std::uint64_t word = mix(seed ^ mix(i));
    const std::size_t letters = 2 + word % 9;
    for (std::size_t k = 0; k < letters; ++k) {
      word >>= 5;
      text.push_back(static_cast<char>('a' + word % 26));
    }
    text.push_back(' ');
  }
  return text;
}

std::optional<std::uint32_t> number_at(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return std::nullopt;
  return value;
}

}  // namespace

Web::Web(WebOptions options) : options_(std::move(options)), text_(make_text(options_.seed)) {
  // Sizes fall off as those of real hosts do, in an order that has nothing to do with the numbers.
  std::vector<double> weights(options_.hosts);
  double sum = 0;
  for (HostIndex host = 0; host < options_.hosts; ++host) {
    const auto rank = static_cast<double>(draw("rank", host) % options_.hosts + 1);
    sum += weights[host] = std::pow(rank, -0.7);
  }
  first_.resize(options_.hosts + 1);
  double before = 0;
  const double spare = options_.urls - options_.hosts;  // each has a front page
  for (HostIndex host = 0; host < options_.hosts; ++host) {
    first_[host] = host + static_cast<UrlIndex>(spare * before / sum);
    before += weights[host];
  }
  first_[options_.hosts] = options_.urls;
  host_of_.reserve(options_.urls);
  for (HostIndex host = 0; host < options_.hosts; ++host) host_of_.resize(first_[host + 1], host);
}

std::uint64_t Web::draw(std::string_view purpose, std::uint64_t a, std::uint64_t b) const {
  std::uint64_t hash = options_.seed;
  for (const char c : purpose) hash = hash * 31 + static_cast<unsigned char>(c);
  return mix(mix(hash ^ a) + b);
}

double Web::fraction(std::string_view purpose, std::uint64_t a, std::uint64_t b) const {
  return static_cast<double>(draw(purpose, a, b) >> 11) * 0x1p-53;
}

std::string Web::host_name(HostIndex host) const { return fmt::format("w{}.sim.test", host); }

std::optional<HostIndex> Web::find_host(std::string_view authority) const {
  if (!authority.starts_with('w')) return std::nullopt;
  const auto host = number_at(authority.substr(1));
  if (!host || *host >= options_.hosts || authority != host_name(*host) + options_.port) return std::nullopt;
  return host;
}

std::string Web::url(UrlIndex url) const {
  return fmt::format("http://{}{}{}", host_name(host_of(url)), options_.port, target(url));
}

std::string Web::target(UrlIndex url) const {
  const std::uint32_t i = local(url);
  if (i == 0) return "/";
  if (is_private(url)) return fmt::format("/private/p{}.html", i);
  if (draw("query", url) % 20 == 0) return fmt::format("/d{}/list?item={}", i / 50, i);
  return fmt::format("/d{}/p{}.html", i / 50, i);
}

std::optional<UrlIndex> Web::find(HostIndex host, std::string_view target) const {
  if (target == "/") return first_[host];
  std::string_view name = target.substr(target.find_last_of("/=") + 1);
  if (name.starts_with('p')) name.remove_prefix(1);
  const auto i = number_at(name);
  if (!i || *i >= pages_of(host) || this->target(first_[host] + *i) != target) return std::nullopt;
  return first_[host] + *i;
}

bool Web::is_inner(UrlIndex url) const {
  const HostIndex host = host_of(url);
  const std::uint64_t i = url - first_[host];
  return i == 0 || i * kChildren + 1 < pages_of(host);
}

Web::Kind Web::kind(UrlIndex url) const {
  if (is_inner(url)) return Kind::page;
  const std::uint64_t roll = draw("kind", url) % 1000;
  if (roll < 40) return Kind::redirect;
  if (roll < 70) return Kind::not_found;
  if (roll < 80) return Kind::busy;
  if (roll < 100) return Kind::file;
  return Kind::page;
}

bool Web::is_private(UrlIndex url) const { return !is_inner(url) && draw("private", url) % 20 == 0; }

UrlIndex Web::redirect_target(UrlIndex url) const {
  const HostIndex host = host_of(url);
  const std::uint32_t pages = pages_of(host);
  for (std::uint32_t i = url - first_[host];;) {
    i = (i + 1) % pages;
    if (kind(first_[host] + i) == Kind::page) return first_[host] + i;  // the front page at the latest
  }
}

int Web::busy_answers(UrlIndex url) const { return 1 + static_cast<int>(draw("busy", url) % 2); }

std::uint32_t Web::retry_after(UrlIndex url) const {
  return 1 + static_cast<std::uint32_t>(draw("retry", url) % options_.retry_after);
}

Web::Robots Web::robots(HostIndex host) const {
  if (host == 0) return Robots::rules;
  const std::uint64_t roll = draw("robots", host) % 1000;
  if (roll < 5) return Robots::broken;
  return roll < 105 ? Robots::none : Robots::rules;
}

bool Web::forbids_private(HostIndex host) const {
  return robots(host) == Robots::rules && draw("forbids", host) % 3 == 0;
}

double Web::crawl_delay(HostIndex host) const {
  // Not for the largest: they would only make the crawl longer.
  const std::uint32_t average = options_.urls / options_.hosts;
  if (robots(host) != Robots::rules || pages_of(host) > 2 * average || draw("delay", host) % 8 != 0) return 0;
  constexpr double kFactors[] = {1, 2, 5};
  return options_.crawl_delay * kFactors[draw("factor", host) % 3];
}

std::uint32_t Web::address(HostIndex host) const {
  const double position = fraction("address", host);
  return static_cast<std::uint32_t>(options_.addresses * position * position);
}

std::vector<Web::Link> Web::links(UrlIndex url) const {
  std::vector<Link> links;
  const HostIndex host = host_of(url);
  const std::uint64_t i = url - first_[host];
  const std::uint32_t pages = pages_of(host);
  for (std::uint64_t child = i * kChildren + 1; child <= i * kChildren + kChildren && child < pages;
       ++child) {
    const auto to = static_cast<UrlIndex>(first_[host] + child);
    links.push_back({to, !is_inner(to) && draw("nofollow", to) % 200 == 0});
  }
  if (i == 0) {
    const std::uint64_t first = std::uint64_t{host} * kChildren + 1;
    for (std::uint64_t other = first; other < first + kChildren && other < options_.hosts; ++other) {
      links.push_back({first_[other], false});
    }
  }
  while (links.size() < options_.links) {
    const std::uint64_t roll = draw("link", url, links.size());
    const bool outside = roll % 10 < 3;
    const std::uint64_t to = outside ? (roll >> 8) % options_.urls : first_[host] + (roll >> 8) % pages;
    // Distant links lead to front pages and to what other hosts show on top, as most do.
    links.push_back(
        {outside && roll % 100 < 20 ? first_[host_of(static_cast<UrlIndex>(to))] : static_cast<UrlIndex>(to),
         (roll >> 40) % 50 == 0});
  }
  return links;
}

void Web::write_page(UrlIndex url, std::string& body) const {
  const std::vector<Link> links = this->links(url);
  const HostIndex host = host_of(url);
  const std::uint64_t size = draw("size", url) % 10'000 == 0
                                 ? 3 << 20
                                 : options_.body / 4 + draw("size", url, 1) % (options_.body * 3 / 2);
  body.reserve(size + links.size() * 64 + 256);
  fmt::format_to(std::back_inserter(body),
                 "<!doctype html><html><head><title>Page {} of {}</title></head><body>\n", url - first_[host],
                 host);
  const std::size_t piece = std::min<std::size_t>(size / links.size(), kTextBytes / 2);
  for (std::size_t i = 0; i < links.size(); ++i) {
    body.append("<p>");
    body.append(text_, draw("text", url, i) % (text_.size() - piece), piece);
    const Link& link = links[i];
    const std::string href = host_of(link.to) == host ? target(link.to) : this->url(link.to);
    fmt::format_to(std::back_inserter(body), "<a href=\"{}\"{}>more</a></p>\n", href,
                   link.nofollow ? " rel=\"nofollow\"" : "");
  }
  body.append("</body></html>\n");
}

Web::Answer Web::answer(UrlIndex url, int attempt) const {
  Answer answer{.content_type = "text/html; charset=utf-8"};
  switch (kind(url)) {
    case Kind::busy:
      if (attempt <= busy_answers(url)) {
        answer.status = draw("status", url) % 2 == 0 ? 503 : 429;
        answer.retry_after = retry_after(url);
        answer.body = "busy";
        return answer;
      }
      break;
    case Kind::redirect:
      answer.status = 301;
      answer.location = target(redirect_target(url));
      return answer;
    case Kind::not_found:
      answer.status = 404;
      answer.body = "not here";
      return answer;
    case Kind::file:
      answer.content_type = "application/pdf";
      answer.body.assign(text_, 0, 1000 + draw("size", url) % 40'000);
      return answer;
    case Kind::page:
      break;
  }
  write_page(url, answer.body);
  return answer;
}

Web::Answer Web::robots_answer(HostIndex host) const {
  Answer answer{.content_type = "text/plain"};
  switch (robots(host)) {
    case Robots::broken:
      answer.status = 503;
      return answer;
    case Robots::none:
      answer.status = 404;
      return answer;
    case Robots::rules:
      break;
  }
  answer.body = "User-agent: *\n";
  if (forbids_private(host)) answer.body += "Disallow: /private/\n";
  if (crawl_delay(host) > 0) answer.body += fmt::format("Crawl-delay: {}\n", crawl_delay(host));
  return answer;
}

}  // namespace gossamer::sim
