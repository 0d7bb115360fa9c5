#include "net/coro/task_state.h"

#include <utility>

#include "net/coro/task_group.h"
#include "net/coro/unseen_exception.h"

namespace gossamer {

TaskStateBase::~TaskStateBase() {
  if (exception_ && !exception_seen_)
    report_unseen(name.empty() ? "a task" : "task '" + name + "'", exception_);
}

void TaskStateBase::finish(TaskStatus status, std::exception_ptr exception) {
  status_ = status;
  exception_ = std::move(exception);
  while (EndWaiter* const waiter = waiting_.pop_front()) waiter->wake();
  for (EventLoop::Callback& callback : std::exchange(done_callbacks_, {})) {
    context_.loop->call_soon(std::move(callback));
  }
  if (group_) group_->on_finished(*this);
}

void TaskStateBase::add_done_callback(EventLoop::Callback callback) {
  if (ended()) {
    context_.loop->call_soon(std::move(callback));
  } else {
    done_callbacks_.push_back(std::move(callback));
  }
}

}  // namespace gossamer
