#include "crawler/page_memory.h"

#include <new>
#include <sys/mman.h>
#include <unistd.h>

namespace gossamer {

PageMemory::~PageMemory() {
  if (data_) ::munmap(data_, bytes_);
}

void PageMemory::grow(std::size_t bytes) {
  static const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  bytes = (bytes + page - 1) / page * page;
  if (bytes <= bytes_) return;
  void* memory = data_ ? ::mremap(data_, bytes_, bytes, MREMAP_MAYMOVE)
                       : ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  data_ = static_cast<std::byte*>(memory);
  bytes_ = bytes;
}

}  // namespace gossamer
