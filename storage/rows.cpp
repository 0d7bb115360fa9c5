#include "storage/rows.h"

namespace gossamer {
namespace {

// Inverse of to_string over the values `first`..`last` of a contiguous enumeration.
template <class Enum>
std::optional<Enum> parse_word(std::string_view word, Enum first, Enum last) {
  for (int value = static_cast<int>(first); value <= static_cast<int>(last); ++value) {
    if (to_string(static_cast<Enum>(value)) == word) return static_cast<Enum>(value);
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(UrlState state) {
  switch (state) {
    case UrlState::pending:
      return "pending";
    case UrlState::done:
      return "done";
    case UrlState::failed:
      return "failed";
    case UrlState::filtered:
      return "filtered";
  }
  return "unknown";
}

std::string_view to_string(FilterReason reason) {
  switch (reason) {
    case FilterReason::scope:
      return "scope";
    case FilterReason::pattern:
      return "pattern";
    case FilterReason::depth:
      return "depth";
    case FilterReason::nofollow:
      return "nofollow";
    case FilterReason::robots:
      return "robots";
    case FilterReason::trap:
      return "trap";
    case FilterReason::content_type:
      return "content_type";
  }
  return "unknown";
}

std::string_view to_string(Via via) {
  switch (via) {
    case Via::seed:
      return "seed";
    case Via::link:
      return "link";
    case Via::redirect:
      return "redirect";
    case Via::sitemap:
      return "sitemap";
    case Via::spider:
      return "spider";
  }
  return "unknown";
}

std::string_view to_string(FetchKind kind) {
  switch (kind) {
    case FetchKind::page:
      return "page";
    case FetchKind::robots:
      return "robots";
    case FetchKind::spider:
      return "spider";
  }
  return "unknown";
}

std::string_view to_string(PageChange change) {
  switch (change) {
    case PageChange::added:
      return "new";
    case PageChange::changed:
      return "changed";
    case PageChange::unchanged:
      return "unchanged";
    case PageChange::gone:
      return "gone";
    case PageChange::kept:
      return "kept";
  }
  return "unknown";
}

std::optional<UrlState> parse_url_state(std::string_view word) {
  return parse_word(word, UrlState::pending, UrlState::filtered);
}

std::optional<FilterReason> parse_filter_reason(std::string_view word) {
  return parse_word(word, FilterReason::scope, FilterReason::content_type);
}

std::optional<ErrorClass> parse_failure(std::string_view word) {
  return parse_word(word, ErrorClass::dns, ErrorClass::http_5xx);
}

std::optional<Via> parse_via(std::string_view word) { return parse_word(word, Via::seed, Via::spider); }

std::optional<FetchKind> parse_fetch_kind(std::string_view word) {
  return parse_word(word, FetchKind::page, FetchKind::spider);
}

std::optional<PageChange> parse_page_change(std::string_view word) {
  return parse_word(word, PageChange::added, PageChange::kept);
}

}  // namespace gossamer
