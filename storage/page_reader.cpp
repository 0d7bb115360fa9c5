#include "storage/page_reader.h"

#include <chrono>
#include <utility>

namespace gossamer {

Result<PageReader> PageReader::open(const std::string& path) {
  auto database = Database::open(path, Database::Mode::read, std::chrono::seconds(10));
  if (!database) return std::unexpected(std::move(database.error()));
  auto find = (*database)->prepare("SELECT etag, last_modified, digest, version FROM pages WHERE url = ?1");
  if (!find) return std::unexpected(std::move(find.error()));
  return PageReader(std::move(*database), std::move(*find));
}

Result<std::optional<PageValidators>> PageReader::validators(UrlId url) {
  auto row = find_.bind(1, static_cast<std::int64_t>(url)).step();
  if (!row) return std::unexpected(std::move(row.error()));
  std::optional<PageValidators> found;
  if (*row) {
    found.emplace();
    found->etag = find_.text(0);
    found->last_modified = find_.text(1);
    const std::string_view digest = find_.blob(2);
    for (std::size_t i = 0; i < 8 && digest.size() == 16; ++i) {
      found->digest_high = found->digest_high << 8 | static_cast<unsigned char>(digest[i]);
      found->digest_low = found->digest_low << 8 | static_cast<unsigned char>(digest[8 + i]);
    }
    found->version = static_cast<std::uint32_t>(find_.integer(3));
  }
  find_.reset();  // ends the read, so that the writer's log can be emptied
  return found;
}

}  // namespace gossamer
