#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "tests/storage/fault_disk.h"

namespace gossamer::testing {

// The files of a folder by name.
using DiskImage = std::map<std::string, std::string>;
void write_image(const DiskImage& image, const std::string& folder);

// What of a record of events (FaultDisk) is on the platter, and what is only in caches. Events are applied
// one by one; between two of them the power may be cut.
class PowerCutDisk {
 public:
  void apply(const DiskEvent& event);

  // What of the unsynced survives: all of it (as after SIGKILL), nothing, what came before some moment, or
  // any sector (512 or 4096 bytes), any truncation and any name of its own accord.
  enum class Loss : std::uint8_t { none, everything, tail, anything };
  DiskImage cut(Loss loss, std::mt19937_64& random) const;

 private:
  struct File {
    std::string synced;
    std::vector<std::pair<std::uint64_t, const DiskEvent*>> unsynced;  // with the time of the event
  };
  struct Name {
    int synced = 0;  // file number; 0: no such name
    int now = 0;
    std::uint64_t changed = 0;  // when `now` was set
  };

  std::map<int, File> files_;
  std::map<std::string, Name> names_;
  std::uint64_t time_ = 0;
};

}  // namespace gossamer::testing
