#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "net/base/error.h"
#include "storage/rows.h"
#include "storage/sqlite.h"

namespace gossamer {

// What a stored page is asked for again with, and compared by.
struct PageValidators {
  std::string etag;           // "": none
  std::string last_modified;  // "": none
  std::uint64_t digest_high = 0;
  std::uint64_t digest_low = 0;
  std::uint32_t version = 1;
  int status = 200;
  std::string content_type = {};
  bool body_complete = true;
};

// Looks stored pages and hosts up by id while another connection, on whatever thread, writes the database:
// what was committed when it is asked is what it finds. One thread at a time.
class RowReader {
 public:
  // Errors: storage.
  static Result<RowReader> open(const std::string& path);

  // nullopt: no page of that URL is stored. SeedTransaction::index_pages() spares a pass over all of them.
  Result<std::optional<PageValidators>> validators(UrlId url);

  // nullopt: no such host is stored (yet).
  Result<std::optional<HostRow>> host(HostId id);

 private:
  RowReader(std::unique_ptr<Database> database, Statement find_page, Statement find_host)
      : database_(std::move(database)), find_page_(std::move(find_page)), find_host_(std::move(find_host)) {}

  std::unique_ptr<Database> database_;
  Statement find_page_;
  Statement find_host_;
};

}  // namespace gossamer
