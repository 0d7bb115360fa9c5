#include "crawler/seen_runs.h"

#include <algorithm>
#include <utility>

namespace gossamer {
namespace {

// How many of the youngest runs are to be merged into one; 1: none.
std::size_t due(const std::vector<std::shared_ptr<const SeenRun>>& runs) {
  std::size_t best = 1;
  std::uint64_t younger = 0;
  for (std::size_t i = runs.size(); i > 0; --i) {
    if (runs[i - 1]->size() <= younger) best = runs.size() - i + 1;
    younger += runs[i - 1]->size();
  }
  return best;
}

}  // namespace

SeenRuns::SeenRuns(std::string directory, std::size_t filter_bytes)
    : directory_(std::move(directory)),
      filter_bytes_(filter_bytes),
      thread_([this] { work_until_stopped(); }) {}

SeenRuns::~SeenRuns() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    urgent_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void SeenRuns::write(std::shared_ptr<const SeenTable> table) {
  {
    const std::lock_guard lock(mutex_);
    waiting_ = std::move(table);
    try_now_ = true;
    urgent_ = true;
  }
  wake_.notify_one();
}

void SeenRuns::retry() {
  {
    const std::lock_guard lock(mutex_);
    if (!waiting_) return;
    try_now_ = true;
    urgent_ = true;
  }
  wake_.notify_one();
}

std::shared_ptr<const SeenRuns::View> SeenRuns::view() {
  const std::lock_guard lock(mutex_);
  changed_ = false;
  return view_;
}

void SeenRuns::bury(std::shared_ptr<const View> view, std::shared_ptr<const SeenTable> table) {
  {
    const std::lock_guard lock(mutex_);
    dying_.push_back(std::move(view));
    if (table) dying_.push_back(std::move(table));
  }
  wake_.notify_one();
}

std::optional<Error> SeenRuns::trouble() const {
  const std::lock_guard lock(mutex_);
  return trouble_;
}

void SeenRuns::set_trouble(std::optional<Error> trouble) {
  const std::lock_guard lock(mutex_);
  trouble_ = std::move(trouble);
}

void SeenRuns::work_until_stopped() {
  for (;;) {
    std::vector<std::shared_ptr<const void>> dying;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || try_now_ || !dying_.empty(); });
      if (stopping_) return;
      dying.swap(dying_);
    }
    dying.clear();
    if (urgent_) {
      write_waiting();
      merge();
    }
  }
}

void SeenRuns::write_waiting() {
  std::shared_ptr<const SeenTable> table;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    urgent_ = false;
    try_now_ = false;
    table = waiting_;
  }
  if (!table) return;
  auto run = write_run(*table);
  if (!run) return set_trouble(std::move(run.error()));
  runs_.push_back(std::move(*run));
  ++tables_;
  {
    const std::lock_guard lock(mutex_);
    waiting_.reset();
    trouble_.reset();
  }
  table.reset();  // what the loop holds of it dies last
  publish();
}

void SeenRuns::publish() {
  std::size_t memory = 0;
  std::uint64_t disk = 0;
  for (const auto& run : runs_) {
    memory += run->memory_bytes();
    disk += run->disk_bytes();
  }
  memory_bytes_ = memory;
  disk_bytes_ = disk;
  auto view = std::make_shared<const View>(View{runs_, tables_});
  const std::lock_guard lock(mutex_);
  view_ = std::move(view);
  changed_.store(true, std::memory_order_release);
}

Result<std::shared_ptr<const SeenRun>> SeenRuns::write_run(const SeenTable& table) {
  auto writer = SeenRun::Writer::create(directory_, table.size(), filter_bits(table.size()));
  if (!writer) return std::unexpected(std::move(writer.error()));
  Result<> result;
  table.for_each([&](SeenHash hash, UrlId id) {
    result = writer->add({hash, id});
    return result.has_value();
  });
  if (!result) return std::unexpected(std::move(result.error()));
  return writer->finish();
}

void SeenRuns::merge() {
  for (std::size_t count = due(runs_); count > 1; count = due(runs_)) {
    const std::vector<std::shared_ptr<const SeenRun>> inputs(runs_.end() - static_cast<std::ptrdiff_t>(count),
                                                             runs_.end());
    auto run = merged(inputs);
    growing_filter_ = 0;
    if (!run) return set_trouble(std::move(run.error()));
    if (!*run) return;  // stopping
    const auto first = std::ranges::find(runs_, inputs.front());
    *first = std::move(*run);
    runs_.erase(first + 1, first + static_cast<std::ptrdiff_t>(count));
    publish();
  }
}

// Null: stopping. Tables that wait are written meanwhile, behind the inputs in `runs_`.
Result<std::shared_ptr<const SeenRun>> SeenRuns::merged(std::vector<std::shared_ptr<const SeenRun>> inputs) {
  std::uint64_t keys = 0;
  std::vector<SeenRun::Reader> readers;
  for (const auto& input : inputs) {
    keys += input->size();
    readers.emplace_back(input);
    if (auto read = readers.back().next(); !read) return std::unexpected(std::move(read.error()));
  }
  auto writer = SeenRun::Writer::create(directory_, keys, filter_bits(keys));
  if (!writer) return std::unexpected(std::move(writer.error()));
  growing_filter_ = writer->filter_bytes();
  // A heap of readers, the smallest hash on top.
  const auto greater = [](const SeenRun::Reader* a, const SeenRun::Reader* b) {
    return a->entry()->hash > b->entry()->hash;
  };
  std::vector<SeenRun::Reader*> heap;
  for (SeenRun::Reader& reader : readers) heap.push_back(&reader);
  std::ranges::make_heap(heap, greater);
  while (!heap.empty()) {
    if (urgent_.load(std::memory_order_relaxed)) {
      write_waiting();
      const std::lock_guard lock(mutex_);
      if (stopping_) return nullptr;
    }
    std::ranges::pop_heap(heap, greater);
    SeenRun::Reader& smallest = *heap.back();
    if (auto added = writer->add(*smallest.entry()); !added) return std::unexpected(std::move(added.error()));
    if (auto read = smallest.next(); !read) return std::unexpected(std::move(read.error()));
    if (smallest.entry()) {
      std::ranges::push_heap(heap, greater);
    } else {
      heap.pop_back();
    }
  }
  return writer->finish();
}

// A filter's share is that of its keys among all on disk, of half the memory: while runs are merged their
// filters are needed beside the new one.
double SeenRuns::filter_bits(std::uint64_t keys) const {
  std::uint64_t all_keys = keys;
  std::size_t taken = growing_filter_;
  for (const auto& run : runs_) {
    all_keys += run->size();
    taken += run->filter_bytes();
  }
  const auto free = static_cast<double>(filter_bytes_ - std::min(filter_bytes_, taken)) * 8;
  const double fair = static_cast<double>(filter_bytes_) * 8 / 2 / static_cast<double>(all_keys);
  return std::min({SeenFilter::kBestBits, fair, free / static_cast<double>(keys)});
}

}  // namespace gossamer
