#pragma once

#include "net/base/error.h"

namespace gossamer {

class Database;

// Brings a crawl database of the schema version `from` (1 up to kSchemaVersion) to kSchemaVersion, in one
// transaction. It becomes the same as a new one but for the order of the tables. Errors: storage; nothing has
// changed then.
Result<void> migrate_schema(Database& database, int from);

}  // namespace gossamer
