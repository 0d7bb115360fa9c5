#include "tests/storage/fault_disk.h"

#include <filesystem>
#include <stdexcept>
#include <utility>

#include "tests/storage/fault_vfs.h"
#include "tests/storage/job.h"

namespace gossamer::testing {
namespace {

FaultDisk* active_disk = nullptr;

}  // namespace

std::string_view to_string(DiskUser user) { return user == DiskUser::sqlite ? "SQLite" : "storage"; }

std::string_view to_string(DiskOp op) {
  static constexpr std::array<std::string_view, kDiskOps> kWords = {"open",     "read",   "write",     "sync",
                                                                    "truncate", "remove", "map_shared"};
  return kWords[static_cast<std::size_t>(op)];
}

FaultDisk::FaultDisk(std::string folder, DiskFault fault, bool record)
    : folder_(std::move(folder)), fault_(fault), record_(record) {
  if (active_disk != nullptr) throw std::logic_error("one FaultDisk at a time");
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
    const int file = opened(entry.path().string());
    wrote(file, 0, read_file(entry.path().string()));
    add({.kind = DiskEvent::Kind::sync, .file = file, .data = {}});
  }
  add({.kind = DiskEvent::Kind::sync_folder, .data = {}});
  active_disk = this;
  register_fault_vfs();
}

FaultDisk::~FaultDisk() {
  unregister_fault_vfs();
  active_disk = nullptr;
}

FaultDisk* FaultDisk::active() { return active_disk; }

std::uint64_t FaultDisk::count(DiskUser user, DiskOp op) const {
  const std::scoped_lock lock(mutex_);
  return counts_[static_cast<std::size_t>(user)][static_cast<std::size_t>(op)];
}

bool FaultDisk::struck() const {
  const std::scoped_lock lock(mutex_);
  return struck_;
}

void FaultDisk::note(std::uint64_t value) {
  const std::scoped_lock lock(mutex_);
  add({.kind = DiskEvent::Kind::note, .offset = value, .data = {}});
}

bool FaultDisk::watches(std::string_view path) const {
  return path.starts_with(folder_) && path.size() > folder_.size() && path[folder_.size()] == '/';
}

FaultDisk::Verdict FaultDisk::ask(DiskUser user, DiskOp op) {
  const std::scoped_lock lock(mutex_);
  const std::uint64_t n = ++counts_[static_cast<std::size_t>(user)][static_cast<std::size_t>(op)];
  if (user != fault_.user || op != fault_.op || fault_.n == 0) return Verdict::pass;
  if (n < fault_.n || (n > fault_.n && !fault_.for_good)) return Verdict::pass;
  struck_ = true;
  return fault_.torn && n == fault_.n ? Verdict::tear : Verdict::fail;
}

int FaultDisk::opened(const std::string& path) {
  const std::scoped_lock lock(mutex_);
  auto [entry, is_new] = files_.try_emplace(name_of(path), last_file_ + 1);
  if (is_new) add({.kind = DiskEvent::Kind::create, .file = ++last_file_, .data = entry->first});
  return entry->second;
}

void FaultDisk::wrote(int file, std::uint64_t offset, std::string_view data) {
  const std::scoped_lock lock(mutex_);
  add({.kind = DiskEvent::Kind::write, .file = file, .offset = offset, .data = std::string(data)});
}

void FaultDisk::truncated(int file, std::uint64_t size) {
  const std::scoped_lock lock(mutex_);
  add({.kind = DiskEvent::Kind::truncate, .file = file, .offset = size, .data = {}});
}

void FaultDisk::synced(DiskUser user, int file) {
  const std::scoped_lock lock(mutex_);
  if (user != fault_.liar) add({.kind = DiskEvent::Kind::sync, .file = file, .data = {}});
}

void FaultDisk::failed_to_sync(int file) {
  const std::scoped_lock lock(mutex_);
  add({.kind = DiskEvent::Kind::lost_sync, .file = file, .data = {}});
}

void FaultDisk::synced_folder(DiskUser user) {
  const std::scoped_lock lock(mutex_);
  if (user != fault_.liar) add({.kind = DiskEvent::Kind::sync_folder, .data = {}});
}

void FaultDisk::removed(const std::string& path) {
  const std::scoped_lock lock(mutex_);
  const std::string name = name_of(path);
  files_.erase(name);
  add({.kind = DiskEvent::Kind::remove, .data = name});
}

void FaultDisk::add(DiskEvent event) {
  if (record_) events_.push_back(std::move(event));
}

}  // namespace gossamer::testing
