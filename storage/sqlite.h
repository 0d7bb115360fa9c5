#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "net/base/error.h"

struct sqlite3;
struct sqlite3_stmt;
struct sqlite3_value;

namespace gossamer {

// SQLite behind RAII; sqlite.cpp alone calls the C API. Errors name the file; they are ErrorClass::storage,
// but invalid_input for a file that is damaged or none of SQLite. Any one thread at a time may use a Database
// and what belongs to it.

class Database;

// A prepared statement; must not outlive its Database. Bound strings and blobs are not copied: they must live
// until run() returns, or reset(). Parameters and columns: 1-based and 0-based, as in SQLite.
class Statement {
 public:
  Statement& bind(int parameter, std::int64_t value);
  Statement& bind(int parameter, std::string_view text);
  Statement& bind_blob(int parameter, std::string_view bytes);
  Statement& bind_null(int parameter);
  template <class T>
  Statement& bind_optional(int parameter, const std::optional<T>& value) {
    return value ? bind(parameter, static_cast<std::int64_t>(*value)) : bind_null(parameter);
  }

  // True: a row is there to be read. An error of an earlier bind comes out here.
  Result<bool> step();
  // Runs to the end, resets, and keeps the statement for the next run.
  Result<void> run();
  void reset();

  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  // The views live until the next step() or reset().
  std::string_view text(int column) const;
  std::string_view blob(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  Statement(Database& database, sqlite3_stmt* statement) : database_(&database), statement_(statement) {}

  Database* database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int bind_error_ = 0;
};

// A row that Database::for_each_row() reads; columns as of a Statement. It and its views live until the
// callback returns.
class Row {
 public:
  explicit Row(sqlite3_value** columns) : columns_(columns) {}

  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  std::string_view text(int column) const;
  std::string_view blob(int column) const { return text(column); }

 private:
  sqlite3_value** columns_;
};

class Database {
 public:
  enum class Mode {
    create,     // read and write; made if missing
    read,       // only queries, but takes part in the locking, so that a writer may be at work
    immutable,  // no locking and no side files: for a file on read-only storage
  };
  // `busy_timeout`: how long a statement waits for another process's lock before it fails.
  // Opening is lazy: a file that is not a database is found by the first statement.
  static Result<std::unique_ptr<Database>> open(const std::string& path, Mode mode,
                                                std::chrono::milliseconds busy_timeout);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // `sql`: one statement.
  Result<Statement> prepare(std::string_view sql);
  // `sql`: any number of statements, rows ignored.
  Result<void> execute(const std::string& sql);
  // The first column of the first row.
  Result<std::int64_t> query_integer(std::string_view sql);

  // `sql`: "SELECT 1 FROM ... WHERE row(column, ...)". SQLite calls row() with all columns at once, which
  // costs half of asking a Statement for one after the other; and while it gets no true, it stays in its
  // loop until the end. What the callback returns is the value of row(): where some rows need more columns,
  // "WHERE row(...) AND row(...)" brings them in a second call. The first error ends it and is returned.
  using RowCallback = std::function<Result<bool>(const Row&)>;
  Result<void> for_each_row(std::string_view sql, const RowCallback& callback);

  // Rows the last INSERT, UPDATE or DELETE changed.
  int changes() const;
  bool in_transaction() const;
  // Empties the write-ahead log into the database; false if a reader holds on to it.
  Result<bool> checkpoint_and_truncate();
  // The file is no SQLite database at all, as the last failing call found.
  bool not_a_database() const;
  // SQLite could not open the file or a side file, as the last failing call found.
  bool cannot_open() const;

  // What is to be said of a file in which something stands that we never write; `what` completes "FILE is
  // damaged: ...". invalid_input.
  std::unexpected<Error> damaged(std::string_view what) const;

  const std::string& path() const { return path_; }

 private:
  friend class Statement;
  struct Close {
    void operator()(sqlite3* connection) const;
  };
  struct Delivery;
  explicit Database(std::string path) : path_(std::move(path)) {}
  std::unexpected<Error> error(int code);

  std::string path_;
  std::unique_ptr<sqlite3, Close> connection_;
  int last_error_ = 0;
  Delivery* delivery_ = nullptr;  // of the innermost for_each_row() at work
};

// Rolls back when destroyed without commit().
class Transaction {
 public:
  enum class Kind { read, write };
  static Result<Transaction> begin(Database& database, Kind kind);
  Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  Transaction& operator=(Transaction&& other) noexcept {  // swaps
    std::swap(database_, other.database_);
    return *this;
  }
  ~Transaction();

  Result<void> commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;
};

}  // namespace gossamer
