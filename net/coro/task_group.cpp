#include "net/coro/task_group.h"

#include <utility>

#include "net/base/fatal.h"
#include "net/coro/unseen_exception.h"

namespace gossamer {
namespace {

// The groups whose children are to be cancelled. A child that joins a group of its own puts that one into the
// line instead of cancelling it there and then: groups nest deeper than the stack is.
thread_local WaitQueue<TaskGroup> to_cancel;
thread_local bool cancelling = false;

}  // namespace

TaskGroup::~TaskGroup() {
  if (running_ != 0 || error_)
    fatal("a TaskGroup died before it was joined; use with_task_group() or join() it");
}

void TaskGroup::adopt(TaskStateBase& child) noexcept {
  child.group_ = this;
  children_.push_back(child);
  ++running_;
  if (children_cancelled_) child.cancel();
}

void TaskGroup::on_finished(TaskStateBase& child) {
  children_.remove(child);
  child.group_ = nullptr;
  --running_;
  if (child.status_ == TaskStatus::failed && on_failure_ == OnFailure::cancel_all) {
    if (!error_) error_ = child.exception();
    cancel();
  }
  if (running_ == 0 && joiner_) std::exchange(joiner_, nullptr)->wake();
}

void TaskGroup::cancel_children() {
  if (std::exchange(children_cancelled_, true)) return;
  to_cancel.push_back(*this);
  if (std::exchange(cancelling, true)) return;
  while (TaskGroup* const group = to_cancel.pop_front()) {
    for (TaskStateBase* child = group->children_.front(); child; child = child->next) child->cancel();
  }
  cancelling = false;
}

void TaskGroup::cancel() {
  cancel_children();
  scope_.cancel();
}

void TaskGroup::fail(std::exception_ptr error) {
  if (!error_) {
    error_ = std::move(error);
  } else {
    report_unseen("the body of a TaskGroup", error);
  }
  cancel();
}

Task<> TaskGroup::join() {
  // Again, should somebody start a task between the end of the last one and our turn.
  while (running_ != 0) co_await AllEnded(*this);
  children_cancelled_ = false;
  scope_.reset();
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
  if (parent_.cancel_pending) throw Cancelled{};
}

}  // namespace gossamer
