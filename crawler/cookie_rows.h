#pragma once

#include <utility>

#include "net/http/cookie_jar.h"
#include "storage/rows.h"

namespace gossamer {

// Cookies as the jar and as the database have them.
inline CookieRow row_of(CookieJar::Change change) {
  Cookie& cookie = change.cookie;
  return {.domain = std::move(cookie.domain),
          .path = std::move(cookie.path),
          .name = std::move(cookie.name),
          .value = std::move(cookie.value),
          .host_only = cookie.host_only,
          .secure = cookie.secure,
          .http_only = cookie.http_only,
          .expires = cookie.expires,
          .created_at = cookie.created_at,
          .removed = change.removed};
}

inline Cookie cookie_of(const CookieRow& row) {
  return {.domain = row.domain,
          .path = row.path,
          .name = row.name,
          .value = row.value,
          .host_only = row.host_only,
          .secure = row.secure,
          .http_only = row.http_only,
          .expires = row.expires,
          .created_at = row.created_at};
}

}  // namespace gossamer
