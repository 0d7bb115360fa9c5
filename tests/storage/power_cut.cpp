#include "tests/storage/power_cut.h"

#include <algorithm>
#include <filesystem>

#include "tests/storage/job.h"

namespace gossamer::testing {
namespace {

void put(std::string& file, std::uint64_t offset, std::string_view data) {
  file.resize(std::max<std::size_t>(file.size(), offset + data.size()));
  file.replace(offset, data.size(), data);
}

}  // namespace

void write_image(const DiskImage& image, const std::string& folder) {
  for (const auto& entry : std::filesystem::directory_iterator(folder)) std::filesystem::remove(entry.path());
  for (const auto& [name, content] : image) write_file(folder + "/" + name, content);
}

void PowerCutDisk::apply(const DiskEvent& event) {
  ++time_;
  switch (event.kind) {
    case DiskEvent::Kind::create:
      files_[event.file];
      names_[event.data].now = event.file;
      names_[event.data].changed = time_;
      return;
    case DiskEvent::Kind::write:
    case DiskEvent::Kind::truncate:
      files_[event.file].unsynced.emplace_back(time_, &event);
      return;
    case DiskEvent::Kind::sync: {
      File& file = files_[event.file];
      for (const auto& [when, done] : file.unsynced) {
        if (done->kind == DiskEvent::Kind::write) put(file.synced, done->offset, done->data);
        if (done->kind == DiskEvent::Kind::truncate) file.synced.resize(done->offset);
      }
      file.unsynced.clear();
      return;
    }
    case DiskEvent::Kind::lost_sync:
      files_[event.file].unsynced.clear();
      return;
    case DiskEvent::Kind::remove:
      names_[event.data].now = 0;
      names_[event.data].changed = time_;
      return;
    case DiskEvent::Kind::sync_folder:
      for (auto& [name, entry] : names_) entry.synced = entry.now;
      return;
    case DiskEvent::Kind::note:
      return;
  }
}

DiskImage PowerCutDisk::cut(Loss loss, std::mt19937_64& random) const {
  std::uint64_t first = time_;  // of the events that may be lost
  for (const auto& [number, file] : files_) {
    if (!file.unsynced.empty()) first = std::min(first, file.unsynced.front().first);
  }
  const std::uint64_t tail = time_ - random() % (time_ - first + 2);
  const std::size_t sector = random() % 2 == 0 ? 512 : 4096;
  const auto survives = [&](std::uint64_t when) {
    switch (loss) {
      case Loss::none:
        return true;
      case Loss::everything:
        return false;
      case Loss::tail:
        return when <= tail;
      case Loss::anything:
        return random() % 2 == 0;
    }
    return false;
  };
  DiskImage image;
  for (const auto& [name, entry] : names_) {
    const int number = entry.now == entry.synced || survives(entry.changed) ? entry.now : entry.synced;
    if (number == 0) continue;
    const File& file = files_.at(number);
    std::string& content = image[name] = file.synced;
    for (const auto& [when, event] : file.unsynced) {
      if (event->kind == DiskEvent::Kind::truncate) {
        if (survives(when)) content.resize(event->offset);
        continue;
      }
      // Sector by sector of the file; the first and the last may be written in part.
      for (std::uint64_t from = event->offset, end = from + event->data.size(); from < end;) {
        const std::uint64_t to = std::min(end, (from / sector + 1) * sector);
        if (survives(when))
          put(content, from, std::string_view(event->data).substr(from - event->offset, to - from));
        from = to;
      }
    }
  }
  return image;
}

}  // namespace gossamer::testing
