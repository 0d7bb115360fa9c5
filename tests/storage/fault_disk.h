#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gossamer::testing {

// Whose system calls: SQLite's, through FaultVfs, or those of the storage's own files (items, lock), through
// the wrappers of wrapped_calls.cpp.
enum class DiskUser : std::uint8_t { sqlite, storage };
enum class DiskOp : std::uint8_t { open, read, write, sync, truncate, remove, map_shared };
constexpr std::size_t kDiskUsers = 2;
constexpr std::size_t kDiskOps = 7;
std::string_view to_string(DiskUser user);
std::string_view to_string(DiskOp op);

// One operation that goes wrong: the n-th of its kind, counted from 1; 0 is none.
struct DiskFault {
  DiskUser user = DiskUser::sqlite;
  DiskOp op = DiskOp::write;
  std::uint64_t n = 0;
  bool for_good = false;              // and every later one of that kind
  bool torn = false;                  // a write that fails after half of it has reached the file
  std::optional<DiskUser> liar = {};  // its syncs succeed, but nothing is recorded as synced
};

// What was done to the files of a folder, in order. A file keeps its number as long as it exists; a new one
// of the same name has another.
struct DiskEvent {
  enum class Kind : std::uint8_t { create, write, truncate, sync, lost_sync, remove, sync_folder, note };
  Kind kind;
  int file = 0;              // of all but remove, sync_folder and note
  std::uint64_t offset = 0;  // write; truncate: the new size; note: its value
  std::string data;          // write: the bytes; create and remove: the name
};

// Watches what the storage does to the files of one folder: counts operations, lets the chosen one fail, and
// records the rest. While it lives, SQLite's default VFS is one that asks it (fault_vfs.cpp), and nothing is
// really synced. One at a time; any thread.
class FaultDisk {
 public:
  // Files that are there already are recorded as synced.
  explicit FaultDisk(std::string folder, DiskFault fault = {}, bool record = false);
  FaultDisk(const FaultDisk&) = delete;
  FaultDisk& operator=(const FaultDisk&) = delete;
  ~FaultDisk();
  static FaultDisk* active();

  std::uint64_t count(DiskUser user, DiskOp op) const;
  bool struck() const;  // the fault has happened
  // Something the test wants to find in the record.
  void note(std::uint64_t value);
  const std::vector<DiskEvent>& events() const { return events_; }  // once nothing writes any more

  // For the two layers that ask. `path` is absolute.
  enum class Verdict : std::uint8_t { pass, fail, tear };
  bool watches(std::string_view path) const;
  Verdict ask(DiskUser user, DiskOp op);
  int opened(const std::string& path);  // the file's number; creates it when it is new
  void wrote(int file, std::uint64_t offset, std::string_view data);
  void truncated(int file, std::uint64_t size);
  void synced(DiskUser user, int file);
  // A sync that failed. The system takes such pages for written: no later sync writes them.
  void failed_to_sync(int file);
  void synced_folder(DiskUser user);
  void removed(const std::string& path);

 private:
  void add(DiskEvent event);  // holds mutex_
  std::string name_of(const std::string& path) const { return path.substr(folder_.size() + 1); }

  const std::string folder_;
  const DiskFault fault_;
  const bool record_;
  mutable std::mutex mutex_;  // guards the rest
  std::array<std::array<std::uint64_t, kDiskOps>, kDiskUsers> counts_{};
  bool struck_ = false;
  std::map<std::string, int> files_;
  int last_file_ = 0;
  std::vector<DiskEvent> events_;
};

}  // namespace gossamer::testing
