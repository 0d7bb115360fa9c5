#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "net/base/error.h"

namespace gossamer {

class CrawlDb;

enum class ExportTable { pages, items, urls };
enum class ExportFormat { jsonl, csv };

std::optional<ExportTable> parse_export_table(std::string_view word);
std::optional<ExportFormat> parse_export_format(std::string_view word);

// Writes the rows of one table, oldest first, as JSON Lines or as CSV by RFC 4180 (header line, CRLF), in
// whole rows of about a MiB a call; docs/schema.md has the columns. Read in short transactions, so that a
// crawl at work is not held up: what was committed before the start is all there. An error of `write` ends it
// and is returned.
Result<void> export_table(CrawlDb& db, ExportTable table, ExportFormat format,
                          const std::function<Result<void>(std::string_view)>& write);

}  // namespace gossamer
