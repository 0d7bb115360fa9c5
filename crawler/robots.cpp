#include "crawler/robots.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>
#include <span>

#include "net/http/percent_encode.h"

namespace gossamer {
namespace {

// How a byte is spelt for comparison (RFC 9309 section 2.2.2), so that a rule and a URL meet whichever way
// either was written.
enum class Spelling : std::uint8_t {
  plain,     // unreserved: an escape is decoded
  encoded,   // no byte of a URI, or one that the URL Standard escapes ('), or special in rules ('*', '$'):
             // escaped
  as_is,     // reserved: plain and escaped differ
  in_query,  // reserved, but nothing is delimited by it after the '?': an escape is decoded there
};

constexpr std::array<Spelling, 256> kSpellings = [] {
  std::array<Spelling, 256> spellings{};
  for (unsigned c = 0; c < spellings.size(); ++c) {
    const auto byte = static_cast<char>(c);
    spellings[c] = is_unreserved(static_cast<unsigned char>(c))                ? Spelling::plain
                   : c < 0x80 && std::string_view(":/?[]@").contains(byte)     ? Spelling::in_query
                   : c < 0x80 && std::string_view("#!&()+,;=%").contains(byte) ? Spelling::as_is
                                                                               : Spelling::encoded;
  }
  return spellings;
}();

Spelling spelling(unsigned char byte) { return kSpellings[byte]; }

bool needs_normalising(std::string_view text) {
  return std::ranges::any_of(
      text, [](char c) { return c == '%' || spelling(static_cast<unsigned char>(c)) == Spelling::encoded; });
}

// What becomes of bytes spelt Spelling::in_query behind the '?'.
enum class QueryForm { decoded, encoded, as_is };

// `text`, a path and query or a piece of a rule, in the spelling for comparison. `in_query` is whether a '?'
// came before, and is updated.
void append_normalised(std::string_view text, bool& in_query, std::string& out,
                       QueryForm form = QueryForm::decoded) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int escaped = escaped_byte(text, i);
    const auto byte = static_cast<unsigned char>(escaped < 0 ? text[i] : escaped);
    const Spelling how = spelling(byte);
    bool escape = how == Spelling::encoded || (escaped >= 0 && how != Spelling::plain);
    if (how == Spelling::in_query && in_query && form != QueryForm::as_is)
      escape = form == QueryForm::encoded;
    if (escape) {
      append_escape(byte, out);
    } else {
      out += static_cast<char>(byte);
      in_query |= byte == '?';
    }
    if (escaped >= 0) i += 2;
  }
}

std::string normalised(std::string_view path_and_query, QueryForm form) {
  std::string out;
  bool in_query = false;
  append_normalised(path_and_query, in_query, out, form);
  return out;
}

// Whether some escape of `text` means one thing before the '?' and another behind it.
bool has_query_escape(std::string_view text) {
  for (std::size_t i = text.find('%'); i < text.size(); i = text.find('%', i + 1)) {
    const int escaped = escaped_byte(text, i);
    if (escaped >= 0 && spelling(static_cast<unsigned char>(escaped)) == Spelling::in_query) return true;
  }
  return false;
}

// Whether `path` begins with (if `anchored`: is) what `pattern` describes, which begins with '*'. Each
// literal between two '*' is taken where it first occurs, which leaves the most for the rest, so nothing is
// ever tried twice.
bool matches_wildcards(std::string_view pattern, bool anchored, std::string_view path) {
  while (!pattern.empty()) {
    pattern.remove_prefix(1);
    const std::string_view literal = pattern.substr(0, pattern.find('*'));
    pattern.remove_prefix(literal.size());
    if (anchored && pattern.empty()) return path.ends_with(literal);
    if (literal.empty()) continue;
    const void* found = ::memmem(path.data(), path.size(), literal.data(), literal.size());
    if (found == nullptr) return false;
    path.remove_prefix(static_cast<std::size_t>(static_cast<const char*>(found) - path.data()) +
                       literal.size());
  }
  return true;
}

}  // namespace

std::string_view product_token(std::string_view user_agent) {
  const auto is_token = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  const auto end = std::ranges::find_if_not(user_agent, is_token);
  return user_agent.substr(0, static_cast<std::size_t>(end - user_agent.begin()));
}

RobotsDirectives x_robots_directives(const Headers& headers, std::string_view product_token) {
  RobotsDirectives directives;
  for (const std::string_view value : headers.get_all("x-robots-tag"))
    directives |= parse_x_robots_tag(value, product_token);
  return directives;
}

RobotsRules::CharSet RobotsRules::CharSet::of(std::string_view ascii) {
  CharSet set;
  for (const char c : ascii) set.bits[static_cast<unsigned char>(c) >> 6 & 1] |= std::uint64_t{1} << (c & 63);
  return set;
}

bool RobotsRules::CharSet::contains(const CharSet& other) const {
  return ((other.bits[0] & ~bits[0]) | (other.bits[1] & ~bits[1])) == 0;
}

bool RobotsRules::Rule::matches(std::string_view path) const {
  if (literal_prefix == pattern.size()) return !anchored || path.size() == pattern.size();
  return matches_wildcards(std::string_view(pattern).substr(literal_prefix), anchored,
                           path.substr(literal_prefix));
}

void RobotsRules::add(std::string_view path, bool allow, int line) {
  Rule rule;
  rule.line = line;
  rule.allow = allow;
  rule.text = allow ? "Allow: " : "Disallow: ";
  rule.text += path;
  if (path.ends_with('$')) {
    rule.anchored = true;
    path.remove_suffix(1);
  }
  std::uint32_t dropped_stars = 0;
  bool in_query = false;
  for (bool behind_star = false;; behind_star = true) {
    const std::size_t star = std::min(path.find('*'), path.size());
    const std::string_view literal = path.substr(0, star);
    rule.floating |= behind_star && !in_query && has_query_escape(literal);
    append_normalised(literal, in_query, rule.pattern);
    if (star == path.size()) break;
    if (rule.pattern.ends_with('*')) {
      ++dropped_stars;
    } else {
      rule.pattern += '*';
    }
    path.remove_prefix(star + 1);
  }
  rule.length = static_cast<std::uint32_t>(rule.pattern.size()) + dropped_stars + (rule.anchored ? 1 : 0);
  rule.literal_prefix = std::min(rule.pattern.find('*'), rule.pattern.size());
  rule.chars = CharSet::of(rule.pattern);
  rule.chars.bits[0] &= ~(std::uint64_t{1} << '*');
  rules_.push_back(std::move(rule));
}

void RobotsRules::sort() {
  rules_.shrink_to_fit();
  std::ranges::sort(rules_, [](const Rule& a, const Rule& b) {
    if (a.length != b.length) return a.length > b.length;
    return a.allow != b.allow ? a.allow : a.line < b.line;
  });
}

// In the order of their texts a prefix comes before all that begin with it.
void RobotsRules::index() {
  by_prefix_.resize(rules_.size());
  std::iota(by_prefix_.begin(), by_prefix_.end(), 0U);
  std::ranges::sort(by_prefix_, {},
                    [this](std::uint32_t rule) { return std::pair(rules_[rule].prefix(), rule); });
  std::uint32_t parent = kNone;
  for (std::uint32_t i = 0; i < by_prefix_.size(); ++i) {
    const std::string_view text = rules_[by_prefix_[i]].prefix();
    if (!prefixes_.empty() && text_of(prefixes_.back()) == text) {
      prefixes_.back().end = i + 1;
      continue;
    }
    while (parent != kNone && !text.starts_with(text_of(prefixes_[parent])))
      parent = prefixes_[parent].parent;
    prefixes_.push_back({.begin = i, .end = i + 1, .parent = parent});
    parent = static_cast<std::uint32_t>(prefixes_.size() - 1);
  }
}

RobotsRules::Verdict RobotsRules::check(std::string_view path_and_query) const {
  if (path_and_query == "/robots.txt") return {};
  std::string storage;
  std::string_view path = path_and_query;
  if (needs_normalising(path)) path = storage = normalised(path, QueryForm::decoded);
  const CharSet chars = CharSet::of(path);
  std::array<std::string, 2> other_forms;  // for floating rules, made for the first of them
  const auto matches = [&](const Rule& rule) {
    if (chars.contains(rule.chars) && rule.matches(path)) return true;
    if (!rule.floating) return false;
    if (other_forms.front().empty()) {
      other_forms = {normalised(path_and_query, QueryForm::encoded),
                     normalised(path_and_query, QueryForm::as_is)};
    }
    return std::ranges::any_of(other_forms, [&](const std::string& form) { return rule.matches(form); });
  };

  // Of the prefixes that the path begins with the longest is the last one before it, or a parent of that.
  const auto behind =
      std::ranges::upper_bound(prefixes_, path, {}, [this](const Prefix& p) { return text_of(p); });
  std::uint32_t best = kNone;
  for (auto i = static_cast<std::uint32_t>(behind - prefixes_.begin()) - 1; i != kNone;
       i = prefixes_[i].parent) {
    if (!path.starts_with(text_of(prefixes_[i]))) continue;
    const auto rules =
        std::span(by_prefix_).subspan(prefixes_[i].begin, prefixes_[i].end - prefixes_[i].begin);
    for (const std::uint32_t rule : rules) {
      if (rule >= best) break;
      if (matches(rules_[rule])) best = rule;
    }
  }
  if (best == kNone) return {};
  const Rule& rule = rules_[best];
  return {.allowed = rule.allow, .line = rule.line, .rule = rule.text};
}

std::size_t RobotsRules::memory_bytes() const {
  std::size_t bytes = sizeof *this;
  for (const Rule& rule : rules_) bytes += sizeof rule + rule.pattern.capacity() + rule.text.capacity();
  bytes += by_prefix_.capacity() * sizeof(std::uint32_t) + prefixes_.capacity() * sizeof(Prefix);
  for (const std::string& sitemap : sitemaps_) bytes += sizeof sitemap + sitemap.capacity();
  return bytes;
}

}  // namespace gossamer
