#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "net/http/url.h"
#include "plugins/encoding/encodings.h"
#include "plugins/parser.h"

namespace gossamer {

// Every relative link of a page becomes as long as its base. No URL of this length is of use.
inline constexpr std::size_t kMaxBaseHref = 16 * 1024;

// What the URLs in a page are resolved with: its base and, for their queries, its encoding.
class DocumentBase {
 public:
  // The base is ParsedPage::base resolved against `page_url`; or page_url where there is none, it is no URL,
  // longer than kMaxBaseHref, or one of data: or javascript: (WHATWG HTML 4.2.3). Without a page_url (a file)
  // only an absolute one counts.
  DocumentBase(const ParsedPage& page, std::optional<Url> page_url);

  // nullopt: only absolute URLs can be resolved.
  const std::optional<Url>& url() const { return url_; }

  // "Encoding-parse a URL" (WHATWG HTML 2.4.2): the queries of http, https, ftp and file URLs are encoded as
  // the page is, all else as UTF-8. Errors as of Url::parse().
  Result<Url> resolve(std::string_view reference) const { return resolve(reference, url_); }

 private:
  Result<Url> resolve(std::string_view reference, const std::optional<Url>& base) const;

  const Encoding* query_encoding_;  // null: UTF-8
  std::optional<Url> url_;
};

}  // namespace gossamer
