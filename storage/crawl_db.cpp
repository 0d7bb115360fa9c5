#include "storage/crawl_db.h"

#include <cerrno>
#include <chrono>
#include <fmt/chrono.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "storage/schema.h"
#include "storage/schema_migrations.h"

namespace gossamer {
namespace {

constexpr std::chrono::seconds kBusyTimeout{10};

const std::string kSettings = R"sql(
PRAGMA synchronous = FULL;
PRAGMA wal_autocheckpoint = 16000;
PRAGMA journal_size_limit = 33554432;
PRAGMA cache_size = -16384;
PRAGMA secure_delete = OFF;
)sql";

std::unexpected<Error> unfit(const std::string& path, std::string_view why) {
  return fail(ErrorClass::invalid_input, Phase::store,
              fmt::format("{} is not a crawl database: {}", path, why));
}

std::unexpected<Error> forward(Error& error) { return std::unexpected(std::move(error)); }

std::uint64_t file_size(const std::string& path) {
  struct stat info{};
  return ::stat(path.c_str(), &info) == 0 ? static_cast<std::uint64_t>(info.st_size) : 0;
}

}  // namespace

SeedTransaction::SeedTransaction(SeedTransaction&& other) noexcept
    : db_(std::exchange(other.db_, nullptr)), transaction_(std::move(other.transaction_)) {}

SeedTransaction::~SeedTransaction() {
  if (db_ == nullptr) return;
  db_->rows_->forget_transaction();
  db_->items_.reset();
  if (db_->new_) db_->rows_.reset();  // its tables go with the roll-back
}

Result<void> SeedTransaction::add(const HostRow& host) { return db_->rows_->write(host); }
Result<void> SeedTransaction::add(const UrlRow& url) { return db_->rows_->write(url); }

Result<void> SeedTransaction::add(const Outcome& rows) { return db_->rows_->write(rows); }

Result<void> SeedTransaction::set_meta(std::string_view key, std::string_view value) {
  return db_->rows_->set_meta(key, value);
}

Result<void> SeedTransaction::reopen_failed() {
  return db_->database_->execute(
      "UPDATE urls SET state = 'pending', reason = NULL, rule = NULL, status = NULL, redirect_to = NULL "
      "WHERE state = 'failed'");
}

Result<void> SeedTransaction::index_pages() { return db_->rows_->index_pages(); }

Result<void> SeedTransaction::commit() {
  if (auto ok = db_->rows_->end_transaction(); !ok) return ok;
  if (auto ok = transaction_.commit(); !ok) return ok;
  db_->new_ = false;
  CrawlDb& db = *std::exchange(db_, nullptr);
  return db.items_ ? db.catch_up_items() : Result<void>{};
}

CrawlDb::CrawlDb(std::string path, std::optional<LockFile> lock, std::unique_ptr<Database> database)
    : path_(std::move(path)), lock_(std::move(lock)), database_(std::move(database)) {}

CrawlDb& CrawlDb::operator=(CrawlDb&& other) noexcept {
  path_.swap(other.path_);
  lock_.swap(other.lock_);
  database_.swap(other.database_);
  rows_.swap(other.rows_);
  items_.swap(other.items_);
  transaction_.swap(other.transaction_);
  unfinished_.swap(other.unfinished_);
  std::swap(items_before_, other.items_before_);
  std::swap(wal_limit_, other.wal_limit_);
  std::swap(in_doubt_, other.in_doubt_);
  std::swap(new_, other.new_);
  std::swap(version_, other.version_);
  std::swap(created_, other.created_);
  return *this;
}

CrawlDb::~CrawlDb() {
  if (database_ == nullptr) return;
  roll_back();
  rows_.reset();
  database_.reset();
  if (!lock_ || !new_ || !created_) return;
  for (const char* suffix : {"-wal", "-shm", ""}) ::unlink((path_ + suffix).c_str());
}

Result<CrawlDb> CrawlDb::open_for_crawl(const std::string& path) {
  if (path.empty())
    return fail(ErrorClass::invalid_input, Phase::store, "the crawl database needs a file name");
  auto lock = LockFile::acquire(path + ".lock", path);
  if (!lock) return forward(lock.error());
  const bool created = ::access(path.c_str(), F_OK) != 0;
  auto database = Database::open(path, Database::Mode::create, kBusyTimeout);
  if (!database) return forward(database.error());

  CrawlDb db(path, std::move(*lock), std::move(*database));
  if (auto ok = db.identify(); !ok) return forward(ok.error());
  db.created_ = created;
  if (auto ok = db.configure_for_writing(); !ok) return forward(ok.error());
  if (!db.new_) {
    if (auto ok = db.migrate(); !ok) return forward(ok.error());
    if (auto ok = db.prepare_rows(); !ok) return forward(ok.error());
  }
  return db;
}

Result<CrawlDb> CrawlDb::open_read_only(const std::string& path) {
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0) {
    const auto error_class = errno == ENOENT ? ErrorClass::not_found : ErrorClass::invalid_input;
    return fail(error_class, Phase::store, errno_message(path, errno));
  }
  if (!S_ISREG(info.st_mode)) return unfit(path, "no regular file");
  Result<void> ok;
  for (const auto mode : {Database::Mode::read, Database::Mode::immutable}) {
    auto database = Database::open(path, mode, kBusyTimeout);
    if (!database) {
      ok = forward(database.error());
      break;
    }
    CrawlDb db(path, std::nullopt, std::move(*database));
    ok = db.identify();
    if (ok && db.new_) return unfit(path, "it is empty");
    if (ok && db.version_ < kSchemaVersion) {
      return fail(ErrorClass::invalid_input, Phase::store,
                  fmt::format("{} has the schema version {}, this program reads version {}; run "
                              "`gossamer crawl -o {}`, which brings it up to date",
                              path, db.version_, kSchemaVersion, path));
    }
    if (ok) return db;
    // On read-only storage SQLite cannot make the side files it locks with; without a log there is no writer
    // either.
    if (!db.database_->cannot_open() || ::access((path + "-wal").c_str(), F_OK) == 0) break;
  }
  return forward(ok.error());
}

Result<void> CrawlDb::identify() {
  auto snapshot = Transaction::begin(*database_, Transaction::Kind::read);
  if (!snapshot) return forward(snapshot.error());
  auto application = database_->query_integer("PRAGMA application_id");
  if (!application && database_->not_a_database()) return unfit(path_, "it is not an SQLite file");
  if (!application) return forward(application.error());
  auto version = database_->query_integer("PRAGMA user_version");
  if (!version) return forward(version.error());
  auto objects = database_->query_integer("SELECT count(*) FROM sqlite_schema");
  if (!objects) return forward(objects.error());

  new_ = *application == 0 && *version == 0 && *objects == 0;
  // SQLite takes a file of one byte for an empty one (its work-around for FAT on macOS).
  if (new_ && file_size(path_) == 1) return unfit(path_, "it is not an SQLite file");
  if (new_) return {};
  if (*application != kApplicationId) return unfit(path_, "it is an SQLite file of another program");
  version_ = static_cast<int>(*version);
  if (version_ < 1) return unfit(path_, "it has no schema version");
  if (*version > kSchemaVersion) {
    return fail(
        ErrorClass::invalid_input, Phase::store,
        fmt::format("{} has the schema version {}, this program knows versions up to {}; use a newer one",
                    path_, *version, kSchemaVersion));
  }
  return {};
}

Result<void> CrawlDb::migrate() {
  if (version_ == kSchemaVersion) return {};
  auto ok = migrate_schema(*database_, version_);
  if (ok) version_ = kSchemaVersion;
  return ok;
}

Result<void> CrawlDb::configure_for_writing() {
  auto sql = database_->prepare("PRAGMA journal_mode = WAL");
  if (!sql) return forward(sql.error());
  auto row = sql->step();
  if (!row) return forward(row.error());
  if (sql->text(0) != "wal") {
    return fail(
        ErrorClass::storage, Phase::store,
        fmt::format("{}: its file system has no shared memory for SQLite's write-ahead log; use a local one",
                    path_));
  }
  sql->reset();
  return database_->execute(kSettings);
}

Result<void> CrawlDb::limit_cache(std::uint64_t bytes) {
  return database_->execute(fmt::format("PRAGMA cache_size = -{}", bytes / 1024));
}

Result<void> CrawlDb::create_schema() {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  return database_->execute(fmt::format(
      "PRAGMA application_id = {}; PRAGMA user_version = {};{}"
      "INSERT INTO meta VALUES ('created_at', '{:%Y-%m-%dT%H:%M:%SZ}'), ('discovered', 0);",
      kApplicationId, kSchemaVersion, kSchema, fmt::gmtime(std::chrono::system_clock::to_time_t(now))));
}

Result<void> CrawlDb::prepare_rows() {
  auto rows = RowWriter::prepare(*database_);
  if (!rows) return forward(rows.error());
  rows_ = std::move(*rows);
  return {};
}

Result<SeedTransaction> CrawlDb::begin_seeding() {
  auto transaction = Transaction::begin(*database_, Transaction::Kind::write);
  if (!transaction) return forward(transaction.error());
  if (new_) {
    if (auto ok = create_schema(); !ok) return forward(ok.error());
    if (auto ok = prepare_rows(); !ok) return forward(ok.error());
  }
  return SeedTransaction(*this, std::move(*transaction));
}

Result<std::optional<std::string>> CrawlDb::meta(std::string_view key) {
  if (new_) return std::nullopt;
  auto sql = database_->prepare("SELECT value FROM meta WHERE key = ?1");
  if (!sql) return forward(sql.error());
  auto row = sql->bind(1, key).step();
  if (!row) return forward(row.error());
  if (!*row) return std::nullopt;
  return std::string(sql->text(0));
}

Result<LedgerCounts> CrawlDb::ledger() { return count_ledger(*database_); }

Result<void> CrawlDb::check() {
  auto counts = ledger();
  if (!counts) return forward(counts.error());
  return check(*counts);
}

Result<void> CrawlDb::check(const LedgerCounts& counts) const {
  if (counts.mismatches.empty()) return {};
  return fail(ErrorClass::storage, Phase::store,
              fmt::format("{}: the ledger does not balance: {}", path_, fmt::join(counts.mismatches, "; ")));
}

}  // namespace gossamer
