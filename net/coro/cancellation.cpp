#include "net/coro/cancellation.h"

#include <utility>

namespace gossamer {

void Waiter::wake() noexcept {
  context_->waiter = nullptr;
  context_->loop->call_soon(ReadyCall{[](void* self) {
                                        auto& waiter = *static_cast<Waiter*>(self);
                                        waiter.context_->loop->name_step(waiter.body_);
                                        waiter.context_ = nullptr;  // it may outlive the task it waited in
                                        waiter.handle_.resume();
                                      },
                                      this});
}

bool Waiter::suspend(std::coroutine_handle<> handle, TaskContext& context) {
  if (context.cancel_pending) {
    cancelled_ = true;
    return false;
  }
  attach(handle, context);
  return true;
}

void Waiter::attach(std::coroutine_handle<> handle, TaskContext& context) {
  context_ = &context;
  handle_ = handle;
  context.waiter = this;
  if (context.cancel_pending) cancel();  // only a shielded wait starts while its task is being cancelled
}

void Waiter::cancel() {
  if (cancelled_) return;
  cancelled_ = true;
  if (on_cancel()) wake();
}

CancelScope::CancelScope(TaskContext& context, Outside outside)
    : context_(context), parent_(context.scope), outside_(outside) {
  context.scope = this;
  if (outside == Outside::held_off) context.cancel_pending = false;
}

CancelScope::~CancelScope() {
  if (context_.scope != this) fatal("a CancelScope ended before one that began inside it");
  context_.scope = parent_;
  // Else as pending outside as it was inside, and a deep nest of scopes need not be searched.
  if (cancelled_ || outside_ == Outside::held_off) context_.cancel_pending = any_cancelled(parent_);
}

void CancelScope::reset() {
  if (!std::exchange(cancelled_, false)) return;
  context_.cancel_pending = any_cancelled(context_.scope);
}

bool CancelScope::any_cancelled(const CancelScope* innermost) {
  for (const CancelScope* scope = innermost; scope; scope = scope->parent_) {
    if (scope->cancelled_) return true;
    if (scope->outside_ == Outside::held_off) return false;
  }
  return false;
}

void CancelScope::cancel() {
  if (std::exchange(cancelled_, true)) return;
  context_.cancel_pending = any_cancelled(context_.scope);
  if (context_.cancel_pending && context_.waiter) context_.waiter->cancel();
}

}  // namespace gossamer
