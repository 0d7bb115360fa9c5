// The reader of robots.txt (RFC 9309 section 2.2), forgiving as its section 2.2.4 and the field's practice
// want it.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "crawler/robots.h"
#include "net/base/ascii.h"

namespace gossamer {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == '\0'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// Cuts the first line, with its LF, CR or CRLF, off `rest`.
std::string_view next_line(std::string_view& rest) {
  const std::size_t end = std::min(rest.find_first_of("\r\n"), rest.size());
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end);
  if (rest.starts_with("\r\n")) {
    rest.remove_prefix(2);
  } else if (!rest.empty()) {
    rest.remove_prefix(1);
  }
  return line;
}

// "key: value # comment". A white space may stand for the colon if nothing else does; a line without either
// has no key.
void split(std::string_view line, std::string_view& key, std::string_view& value) {
  line = trimmed(line.substr(0, line.find('#')));
  std::size_t end = line.find(':');
  if (end == std::string_view::npos) end = line.find_first_of(" \t");
  if (end == std::string_view::npos) return;
  key = trimmed(line.substr(0, end));
  value = trimmed(line.substr(end + 1));
}

std::optional<std::chrono::milliseconds> parse_delay(std::string_view text) {
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || !std::isfinite(seconds) || seconds < 0) return std::nullopt;
  const double most = std::chrono::duration<double>(RobotsRules::kMaxAskedDelay).count();
  return std::chrono::milliseconds(std::llround(std::min(seconds, most) * 1000));
}

}  // namespace

// Reads the file once, keeping the rules of the groups for this crawler and, until one is found, those for
// "*".
class RobotsParser {
 public:
  explicit RobotsParser(std::string_view product_token) : product_token_(product_token) {}

  RobotsRules run(std::string_view body) {
    for (const char c : std::string_view("\xef\xbb\xbf")) {  // a byte order mark, even a broken one
      if (body.starts_with(c)) body.remove_prefix(1);
    }
    const bool cut = body.size() > RobotsRules::kMaxBytes;
    body = body.substr(0, RobotsRules::kMaxBytes);
    if (cut) body = body.substr(0, body.find_last_of("\r\n") + 1);  // half a rule may say more than the whole
    for (int number = 1; !body.empty(); ++number) line(next_line(body), number);

    RobotsRules& rules = found_own_ ? own_ : any_;
    rules.sitemaps_ = std::move(sitemaps_);
    rules.own_groups_ = found_own_;
    rules.sort();
    rules.index();
    return std::move(rules);
  }

 private:
  void line(std::string_view text, int number) {
    std::string_view key;
    std::string_view value;
    split(text, key, value);
    if (equals_ignoring_case(key, "user-agent")) {
      user_agent(value);
    } else if (equals_ignoring_case(key, "allow")) {
      rule(value, true, number);
    } else if (equals_ignoring_case(key, "disallow")) {
      rule(value, false, number);
    } else if (equals_ignoring_case(key, "crawl-delay")) {
      crawl_delay(value);
    } else if (equals_ignoring_case(key, "sitemap") && !value.empty()) {
      sitemaps_.emplace_back(value);
    }
  }

  // Whom the lines that follow are for. Once `closed`, the next User-agent line begins another group.
  struct Group {
    bool own = false;  // names this crawler
    bool any = false;  // names "*"
    bool closed = false;
  };

  void user_agent(std::string_view value) {
    const bool any = value.starts_with('*') && (value.size() == 1 || is_space(value[1]));
    const bool own = !product_token_.empty() && equals_ignoring_case(product_token(value), product_token_);
    for (Group* group : {&rules_group_, &delay_group_}) {
      if (group->closed) *group = Group();
      group->any |= any;
      group->own |= own;
    }
    found_own_ |= own;
  }

  void rule(std::string_view path, bool allow, int number) {
    rules_group_.closed = delay_group_.closed = true;
    if (path.empty()) return;
    if (rules_group_.own) own_.add(path, allow, number);
    if (rules_group_.any && !found_own_) any_.add(path, allow, number);
  }

  // Ends no group of rules: lines beyond the standard must not change what its own mean (section 2.2.4).
  void crawl_delay(std::string_view value) {
    delay_group_.closed = true;
    const auto delay = parse_delay(value);
    if (!delay) return;
    if (delay_group_.own) own_.asked_crawl_delay_ = std::max(own_.asked_crawl_delay_, delay);
    if (delay_group_.any) any_.asked_crawl_delay_ = std::max(any_.asked_crawl_delay_, delay);
  }

  const std::string_view product_token_;
  RobotsRules own_;
  RobotsRules any_;
  std::vector<std::string> sitemaps_;
  bool found_own_ = false;
  Group rules_group_;
  Group delay_group_;
};

RobotsRules RobotsRules::parse(std::string_view body, std::string_view product_token) {
  return RobotsParser(product_token).run(body);
}

}  // namespace gossamer
