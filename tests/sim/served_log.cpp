#include "tests/sim/served_log.h"

#include <algorithm>
#include <stdexcept>
#include <tuple>

namespace gossamer::sim {

ServedLog::ServedLog() : file_(std::tmpfile()) {
  if (!file_) throw std::runtime_error("no temporary file for the servers' log");
}

void ServedLog::add(const Served& served) {
  if (std::fwrite(&served, sizeof served, 1, file_.get()) != 1) {
    throw std::runtime_error("the servers' log cannot be written");
  }
}

std::vector<Served> ServedLog::read() {
  std::vector<Served> all(static_cast<std::size_t>(std::ftell(file_.get())) / sizeof(Served));
  std::rewind(file_.get());
  if (std::fread(all.data(), sizeof(Served), all.size(), file_.get()) != all.size()) {
    throw std::runtime_error("the servers' log cannot be read");
  }
  std::ranges::sort(all, [](const Served& a, const Served& b) {
    return std::tie(a.start, a.end) < std::tie(b.start, b.end);
  });
  return all;
}

}  // namespace gossamer::sim
