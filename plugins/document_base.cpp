#include "plugins/document_base.h"

#include <algorithm>
#include <string>
#include <utility>

#include "plugins/encoding/query_encoder.h"

namespace gossamer {

namespace {

// Without the controls and spaces at its end, which are no part of a URL.
std::string_view trimmed(std::string_view reference) {
  while (!reference.empty() && static_cast<unsigned char>(reference.back()) <= ' ')
    reference.remove_suffix(1);
  return reference;
}

// The query of `reference` with its '?', which it begins with whatever stands before; "" for none.
std::string_view query_of(std::string_view reference) {
  reference = reference.substr(0, reference.find('#'));
  return reference.substr(std::min(reference.find('?'), reference.size()));
}

Result<Url> parse(std::string_view reference, const std::optional<Url>& base) {
  return base ? Url::parse(reference, *base) : Url::parse(reference);
}

// Null where queries are UTF-8.
const Encoding* query_encoding(std::string_view name) {
  const Encoding* encoding = encoding_for_label(name);
  return encoding != nullptr && has_own_encoder(*encoding) ? encoding : nullptr;
}

}  // namespace

DocumentBase::DocumentBase(const ParsedPage& page, std::optional<Url> page_url)
    : query_encoding_(query_encoding(page.encoding)), url_(std::move(page_url)) {
  if (page.base.empty() || page.base.size() > kMaxBaseHref) return;
  Result<Url> base = resolve(page.base, url_);
  if (base && base->scheme() != "data" && base->scheme() != "javascript") url_ = std::move(*base);
}

Result<Url> DocumentBase::resolve(std::string_view reference, const std::optional<Url>& base) const {
  if (query_encoding_ == nullptr) return parse(reference, base);
  reference = trimmed(reference);
  const std::string_view query = query_of(reference);
  if (is_encoded_as_itself(query, *query_encoding_)) return parse(reference, base);
  Result<Url> url = parse(reference, base);
  if (!url || !url->is_special() || url->scheme() == "ws" || url->scheme() == "wss") return url;
  std::string encoded(reference, 0, static_cast<std::size_t>(query.data() - reference.data()));
  append_encoded_query(encoded, query, *query_encoding_);
  encoded += reference.substr(static_cast<std::size_t>(query.data() + query.size() - reference.data()));
  return parse(encoded, base);
}

}  // namespace gossamer
