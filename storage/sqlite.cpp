#include "storage/sqlite.h"

#include <exception>
#include <fmt/core.h>
#include <sqlite3.h>

namespace gossamer {

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
void Database::Close::operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }

Statement& Statement::bind(int parameter, std::int64_t value) {
  bind_error_ |= sqlite3_bind_int64(statement_.get(), parameter, value);
  return *this;
}

Statement& Statement::bind(int parameter, std::string_view text) {
  // A null data pointer would bind NULL; the empty text is not NULL.
  const char* data = text.data() == nullptr ? "" : text.data();
  bind_error_ |=
      sqlite3_bind_text64(statement_.get(), parameter, data, text.size(), SQLITE_STATIC, SQLITE_UTF8);
  return *this;
}

Statement& Statement::bind_blob(int parameter, std::string_view bytes) {
  const char* data = bytes.data() == nullptr ? "" : bytes.data();
  bind_error_ |= sqlite3_bind_blob64(statement_.get(), parameter, data, bytes.size(), SQLITE_STATIC);
  return *this;
}

Statement& Statement::bind_null(int parameter) {
  bind_error_ |= sqlite3_bind_null(statement_.get(), parameter);
  return *this;
}

Result<bool> Statement::step() {
  if (bind_error_ != SQLITE_OK) return database_->error(std::exchange(bind_error_, SQLITE_OK));
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  auto error = database_->error(code);
  reset();
  return error;
}

Result<void> Statement::run() {
  Result<bool> row = step();
  while (row && *row) row = step();
  reset();
  if (!row) return std::unexpected(std::move(row.error()));
  return {};
}

void Statement::reset() { sqlite3_reset(statement_.get()); }

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }

std::string_view Statement::text(int column) const {
  // Not sqlite3_column_text: that copies the text to end it with a zero.
  return blob(column);
}

std::string_view Statement::blob(int column) const {
  const void* data = sqlite3_column_blob(statement_.get(), column);
  if (data == nullptr) return {};
  return {static_cast<const char*>(data),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

bool Row::is_null(int column) const { return sqlite3_value_type(columns_[column]) == SQLITE_NULL; }

std::int64_t Row::integer(int column) const { return sqlite3_value_int64(columns_[column]); }

std::string_view Row::text(int column) const {
  const void* data = sqlite3_value_blob(columns_[column]);
  if (data == nullptr) return {};
  return {static_cast<const char*>(data), static_cast<std::size_t>(sqlite3_value_bytes(columns_[column]))};
}

struct Database::Delivery {
  const RowCallback& callback;
  Result<void> result = {};
  std::exception_ptr exception = nullptr;  // must not pass through SQLite

  // The SQL function row().
  static void row(sqlite3_context* context, int, sqlite3_value** columns) {
    Delivery* const delivery = static_cast<Database*>(sqlite3_user_data(context))->delivery_;
    if (delivery == nullptr) return sqlite3_result_error(context, "row() is for for_each_row()", -1);
    try {
      const Result<bool> value = delivery->callback(Row(columns));
      if (value) return sqlite3_result_int(context, *value);
      delivery->result = std::unexpected(value.error());
    } catch (...) {
      delivery->exception = std::current_exception();
    }
    sqlite3_result_error(context, "the callback failed", -1);
  }
};

Result<void> Database::for_each_row(std::string_view sql, const RowCallback& callback) {
  auto statement = prepare(sql);
  if (!statement) return std::unexpected(std::move(statement.error()));
  Delivery delivery{.callback = callback};
  Delivery* const outer = std::exchange(delivery_, &delivery);
  Result<void> read = statement->run();
  delivery_ = outer;
  if (delivery.exception) std::rethrow_exception(delivery.exception);
  if (!delivery.result) return std::move(delivery.result);
  return read;
}

Result<std::unique_ptr<Database>> Database::open(const std::string& path, Mode mode,
                                                 std::chrono::milliseconds busy_timeout) {
  std::unique_ptr<Database> database(new Database(path));
  // SQLite gives ":memory:" and "file:..." a meaning of their own.
  std::string name = path.starts_with('/') ? path : "./" + path;
  // A reader opens for writing where it may: only then it tidies the side files up when it is the last to
  // close.
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
  if (mode == Mode::create) flags |= SQLITE_OPEN_CREATE;
  if (mode == Mode::immutable) {
    name = "file:";
    for (const char byte : path) {
      const bool special = byte == '%' || byte == '?' || byte == '#';
      name += special ? fmt::format("%{:02x}", static_cast<unsigned>(byte)) : std::string(1, byte);
    }
    name += "?immutable=1";
    flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
  }
  sqlite3* connection = nullptr;
  const int code = sqlite3_open_v2(name.c_str(), &connection, flags, nullptr);
  database->connection_.reset(connection);
  if (code != SQLITE_OK) return database->error(code);
  sqlite3_extended_result_codes(connection, 1);
  sqlite3_busy_timeout(connection, static_cast<int>(busy_timeout.count()));
  sqlite3_create_function_v2(connection, "row", -1, SQLITE_UTF8 | SQLITE_DIRECTONLY, database.get(),
                             Delivery::row, nullptr, nullptr, nullptr);
  if (mode != Mode::create) {
    if (auto ok = database->execute("PRAGMA query_only = ON"); !ok)
      return std::unexpected(std::move(ok.error()));
  }
  return database;
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return error(code);
  return Statement(*this, statement);
}

Result<void> Database::execute(const std::string& sql) {
  const int code = sqlite3_exec(connection_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return error(code);
  return {};
}

Result<std::int64_t> Database::query_integer(std::string_view sql) {
  auto statement = prepare(sql);
  if (!statement) return std::unexpected(std::move(statement.error()));
  auto row = statement->step();
  if (!row) return std::unexpected(std::move(row.error()));
  return *row ? statement->integer(0) : 0;
}

int Database::changes() const { return sqlite3_changes(connection_.get()); }

bool Database::in_transaction() const { return sqlite3_get_autocommit(connection_.get()) == 0; }

Result<bool> Database::checkpoint_and_truncate() {
  const int code =
      sqlite3_wal_checkpoint_v2(connection_.get(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  if ((code & 0xff) == SQLITE_BUSY) return false;
  if (code != SQLITE_OK) return error(code);
  return true;
}

bool Database::not_a_database() const { return (last_error_ & 0xff) == SQLITE_NOTADB; }

bool Database::cannot_open() const {
  return (last_error_ & 0xff) == SQLITE_CANTOPEN || (last_error_ & 0xff) == SQLITE_READONLY;
}

std::unexpected<Error> Database::error(int code) {
  last_error_ = code;
  const int system_error = connection_ ? sqlite3_system_errno(connection_.get()) : 0;
  const char* text = connection_ ? sqlite3_errmsg(connection_.get()) : sqlite3_errstr(code);
  switch (code & 0xff) {
    case SQLITE_FULL:
      return fail(ErrorClass::storage, Phase::store, fmt::format("{}: the disk is full", path_));
    case SQLITE_CORRUPT:
      return damaged(text);
    case SQLITE_NOTADB:
      return fail(ErrorClass::invalid_input, Phase::store, fmt::format("{}: {}", path_, text));
    case SQLITE_BUSY:
      return fail(ErrorClass::storage, Phase::store,
                  fmt::format("{}: locked by another program; close what writes to it", path_));
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
      if (system_error != 0)
        return fail(ErrorClass::storage, Phase::store,
                    errno_message(fmt::format("{}: {}", path_, text), system_error));
      [[fallthrough]];
    default:
      return fail(ErrorClass::storage, Phase::store, fmt::format("{}: {}", path_, text));
  }
}

std::unexpected<Error> Database::damaged(std::string_view what) const {
  return fail(
      ErrorClass::invalid_input, Phase::store,
      fmt::format("{} is damaged: {}; put back a copy of it, or crawl into another file", path_, what));
}

Result<Transaction> Transaction::begin(Database& database, Kind kind) {
  if (auto ok = database.execute(kind == Kind::write ? "BEGIN IMMEDIATE" : "BEGIN"); !ok) {
    return std::unexpected(std::move(ok.error()));
  }
  return Transaction(database);
}

Transaction::~Transaction() {
  // Some errors have rolled back already. A rollback that fails leaves the transaction to the next opening.
  if (database_ != nullptr && database_->in_transaction()) (void)database_->execute("ROLLBACK");
}

Result<void> Transaction::commit() {
  auto ok = database_->execute("COMMIT");
  if (ok) database_ = nullptr;
  return ok;
}

}  // namespace gossamer
