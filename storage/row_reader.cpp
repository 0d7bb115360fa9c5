#include "storage/row_reader.h"

#include <chrono>
#include <string>
#include <utility>

#include "storage/host_select.h"

namespace gossamer {

Result<RowReader> RowReader::open(const std::string& path) {
  auto database = Database::open(path, Database::Mode::read, std::chrono::seconds(10));
  if (!database) return std::unexpected(std::move(database.error()));
  auto page = (*database)->prepare(
      "SELECT etag, last_modified, digest, version, status, content_type, body_complete FROM pages WHERE url "
      "= ?1");
  if (!page) return std::unexpected(std::move(page.error()));
  auto host = (*database)->prepare(std::string(kSelectHosts) + " WHERE id = ?1");
  if (!host) return std::unexpected(std::move(host.error()));
  return RowReader(std::move(*database), std::move(*page), std::move(*host));
}

Result<std::optional<PageValidators>> RowReader::validators(UrlId url) {
  auto row = find_page_.bind(1, static_cast<std::int64_t>(url)).step();
  if (!row) return std::unexpected(std::move(row.error()));
  std::optional<PageValidators> found;
  if (*row) {
    found.emplace();
    found->etag = find_page_.text(0);
    found->last_modified = find_page_.text(1);
    const std::string_view digest = find_page_.blob(2);
    for (std::size_t i = 0; i < 8 && digest.size() == 16; ++i) {
      found->digest_high = found->digest_high << 8 | static_cast<unsigned char>(digest[i]);
      found->digest_low = found->digest_low << 8 | static_cast<unsigned char>(digest[8 + i]);
    }
    found->version = static_cast<std::uint32_t>(find_page_.integer(3));
    found->status = static_cast<int>(find_page_.integer(4));
    found->content_type = find_page_.text(5);
    found->body_complete = find_page_.integer(6) != 0;
  }
  find_page_.reset();  // ends the read, so that the writer's log can be emptied
  return found;
}

Result<std::optional<HostRow>> RowReader::host(HostId id) {
  auto row = find_host_.bind(1, id).step();
  if (!row) return std::unexpected(std::move(row.error()));
  std::optional<HostRow> found;
  if (*row) found = read_host(find_host_);
  find_host_.reset();
  return found;
}

}  // namespace gossamer
