#include "tests/storage/fault_vfs.h"

#include <new>
#include <sqlite3.h>

#include "tests/storage/fault_disk.h"

namespace gossamer::testing {
namespace {

using Verdict = FaultDisk::Verdict;

// SQLite gives the room; the file of the real VFS stands right behind.
struct FaultFile : sqlite3_file {
  FaultDisk* disk = nullptr;  // null: not watched
  int number = 0;
  bool sync_folder_too = false;  // as the unix VFS does with the first sync of a new journal or log
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }

  Verdict ask(DiskOp op) { return disk ? disk->ask(DiskUser::sqlite, op) : Verdict::pass; }
};

FaultFile& of(sqlite3_file* file) { return *static_cast<FaultFile*>(file); }

// Forwards a method that nothing is to be known of.
template <auto Method, class... Args>
auto forward(sqlite3_file* file, Args... args) {
  sqlite3_file* real = of(file).real();
  return (real->pMethods->*Method)(real, args...);
}

int close(sqlite3_file* file) {
  const int code = forward<&sqlite3_io_methods::xClose>(file);
  file->pMethods = nullptr;
  return code;
}

int read(sqlite3_file* file, void* out, int size, sqlite3_int64 offset) {
  if (of(file).ask(DiskOp::read) != Verdict::pass) return SQLITE_IOERR_READ;
  return forward<&sqlite3_io_methods::xRead>(file, out, size, offset);
}

int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  FaultFile& self = of(file);
  const Verdict verdict = self.ask(DiskOp::write);
  if (verdict == Verdict::fail) return SQLITE_IOERR_WRITE;
  const int whole = size;
  if (verdict == Verdict::tear) size /= 2;
  const int code = forward<&sqlite3_io_methods::xWrite>(file, data, size, offset);
  if (code != SQLITE_OK) return code;
  if (self.disk) {
    self.disk->wrote(self.number, static_cast<std::uint64_t>(offset),
                     {static_cast<const char*>(data), static_cast<std::size_t>(size)});
  }
  return size < whole ? SQLITE_IOERR_WRITE : SQLITE_OK;
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
  FaultFile& self = of(file);
  if (self.ask(DiskOp::truncate) != Verdict::pass) return SQLITE_IOERR_TRUNCATE;
  const int code = forward<&sqlite3_io_methods::xTruncate>(file, size);
  if (code == SQLITE_OK && self.disk) self.disk->truncated(self.number, static_cast<std::uint64_t>(size));
  return code;
}

int sync(sqlite3_file* file, int flags) {
  FaultFile& self = of(file);
  if (self.ask(DiskOp::sync) != Verdict::pass) {
    self.disk->failed_to_sync(self.number);
    return SQLITE_IOERR_FSYNC;
  }
  if (!self.disk) return forward<&sqlite3_io_methods::xSync>(file, flags);
  self.disk->synced(DiskUser::sqlite, self.number);
  if (self.sync_folder_too) self.disk->synced_folder(DiskUser::sqlite);
  self.sync_folder_too = false;
  return SQLITE_OK;
}

int map_shared(sqlite3_file* file, int region, int size, int extend, void volatile** out) {
  if (of(file).ask(DiskOp::map_shared) != Verdict::pass) return SQLITE_IOERR_SHMMAP;
  return forward<&sqlite3_io_methods::xShmMap>(file, region, size, extend, out);
}

// Version 2: without memory-mapped reading, which would pass us by.
constexpr sqlite3_io_methods kMethods = {
    .iVersion = 2,
    .xClose = close,
    .xRead = read,
    .xWrite = write,
    .xTruncate = truncate,
    .xSync = sync,
    .xFileSize = forward<&sqlite3_io_methods::xFileSize>,
    .xLock = forward<&sqlite3_io_methods::xLock>,
    .xUnlock = forward<&sqlite3_io_methods::xUnlock>,
    .xCheckReservedLock = forward<&sqlite3_io_methods::xCheckReservedLock>,
    .xFileControl = forward<&sqlite3_io_methods::xFileControl>,
    .xSectorSize = forward<&sqlite3_io_methods::xSectorSize>,
    .xDeviceCharacteristics = forward<&sqlite3_io_methods::xDeviceCharacteristics>,
    .xShmMap = map_shared,
    .xShmLock = forward<&sqlite3_io_methods::xShmLock>,
    .xShmBarrier = forward<&sqlite3_io_methods::xShmBarrier>,
    .xShmUnmap = forward<&sqlite3_io_methods::xShmUnmap>,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

sqlite3_vfs* real_vfs = nullptr;
sqlite3_vfs fault_vfs;

int open(sqlite3_vfs*, sqlite3_filename name, sqlite3_file* file, int flags, int* out_flags) {
  FaultFile* self = new (file) FaultFile;
  self->pMethods = nullptr;
  self->real()->pMethods = nullptr;
  FaultDisk* disk = FaultDisk::active();
  if (name != nullptr && disk != nullptr && disk->watches(name)) self->disk = disk;
  if (self->ask(DiskOp::open) != Verdict::pass) return SQLITE_CANTOPEN;
  const int code = real_vfs->xOpen(real_vfs, name, self->real(), flags, out_flags);
  if (code != SQLITE_OK) {
    if (self->real()->pMethods != nullptr) self->real()->pMethods->xClose(self->real());
    return code;
  }
  self->pMethods = &kMethods;
  if (self->disk) self->number = self->disk->opened(name);
  constexpr int kLogs = SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL;
  self->sync_folder_too = (flags & SQLITE_OPEN_CREATE) != 0 && (flags & kLogs) != 0;
  return SQLITE_OK;
}

int remove(sqlite3_vfs*, const char* name, int sync_folder) {
  FaultDisk* disk = FaultDisk::active();
  if (disk == nullptr || !disk->watches(name)) return real_vfs->xDelete(real_vfs, name, sync_folder);
  if (disk->ask(DiskUser::sqlite, DiskOp::remove) != Verdict::pass) return SQLITE_IOERR_DELETE;
  const int code = real_vfs->xDelete(real_vfs, name, 0);
  if (code == SQLITE_OK) disk->removed(name);
  if (code == SQLITE_OK && sync_folder != 0) disk->synced_folder(DiskUser::sqlite);
  return code;
}

}  // namespace

void register_fault_vfs() {
  real_vfs = sqlite3_vfs_find(nullptr);
  fault_vfs = *real_vfs;  // what is not about files works on any copy
  fault_vfs.szOsFile += static_cast<int>(sizeof(FaultFile));
  fault_vfs.zName = "fault";
  fault_vfs.xOpen = open;
  fault_vfs.xDelete = remove;
  sqlite3_vfs_register(&fault_vfs, 1);
}

void unregister_fault_vfs() {
  sqlite3_vfs_unregister(&fault_vfs);
  sqlite3_vfs_register(real_vfs, 1);
}

}  // namespace gossamer::testing
