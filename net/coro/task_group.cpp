#include "net/coro/task_group.h"

#include <cstdio>
#include <cstdlib>

namespace gossamer {

void TaskStateBase::finish(TaskStatus status, std::exception_ptr exception) {
  status_ = status;
  exception_ = std::move(exception);
  while (End* const waiter = waiting_.pop_front()) waiter->wake();
  if (group_) group_->on_finished(*this);
  if (stops_loop_) context_.loop->stop();
}

TaskGroup::~TaskGroup() {
  if (running_ != 0) {
    std::fputs("gossamer: a TaskGroup died before it was joined; use with_task_group() or join() it\n",
               stderr);
    std::abort();
  }
}

void TaskGroup::adopt(const std::shared_ptr<TaskStateBase>& state) {
  state->group_ = this;
  children_.push_back(*state);
  ++running_;
  if (children_cancelled_) state->cancel();
}

void TaskGroup::on_finished(TaskStateBase& child) {
  children_.remove(child);
  child.group_ = nullptr;
  --running_;
  if (child.status_ == TaskStatus::failed && !error_) {
    error_ = child.exception_;
    cancel();
  }
  if (running_ == 0 && joiner_) std::exchange(joiner_, nullptr)->wake();
}

void TaskGroup::cancel_children() {
  if (std::exchange(children_cancelled_, true)) return;
  for (TaskStateBase* child = children_.front(); child; child = child->next) child->cancel();
}

void TaskGroup::cancel() {
  cancel_children();
  if (scope_) scope_->cancel();
}

Task<> TaskGroup::join() {
  co_await AllEnded(*this);
  scope_.reset();
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
  if (parent_.cancel_pending) throw Cancelled{};
}

}  // namespace gossamer
