#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "storage/rows.h"
#include "storage/sqlite.h"

namespace gossamer {

// What RowWriter binds where a value may be absent: NULL is bound then.

inline void bind_or_null(Statement& statement, int parameter, std::string_view text) {
  if (text.empty()) {
    statement.bind_null(parameter);
  } else {
    statement.bind(parameter, text);
  }
}

inline void bind_status(Statement& statement, int parameter, int status) {
  if (status == 0) {
    statement.bind_null(parameter);
  } else {
    statement.bind(parameter, status);
  }
}

inline void bind_time(Statement& statement, int parameter, std::optional<WallTime> time) {
  if (time) {
    statement.bind(parameter, time->time_since_epoch().count());
  } else {
    statement.bind_null(parameter);
  }
}

inline void bind_duration(Statement& statement, int parameter,
                          std::optional<std::chrono::microseconds> duration) {
  if (duration) {
    statement.bind(parameter, duration->count());
  } else {
    statement.bind_null(parameter);
  }
}

// The last attempt of `id` among the outcome's, or null.
inline const FetchRow* last_fetch(const Outcome& outcome, UrlId id) {
  for (auto fetch = outcome.fetches.rbegin(); fetch != outcome.fetches.rend(); ++fetch) {
    if (fetch->url == id && fetch->kind == FetchKind::page) return &*fetch;
  }
  return nullptr;
}

}  // namespace gossamer
