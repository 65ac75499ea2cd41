#pragma once

#include <unistd.h>

#include <utility>

namespace shoal {

/// Owns one resource of a C library. `Traits` names its value type, its empty value and how to close it:
///     struct Traits { using Value = …; static Value empty(); static void close(Value); };
template <typename Traits>
class Handle {
 public:
  using Value = typename Traits::Value;

  Handle() = default;
  explicit Handle(Value value) : value_(value) {}
  Handle(Handle&& other) noexcept : value_(other.release()) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() {
    if (*this) Traits::close(value_);
  }

  Value value() const { return value_; }
  Value release() { return std::exchange(value_, Traits::empty()); }
  explicit operator bool() const { return value_ != Traits::empty(); }

 private:
  Value value_ = Traits::empty();
};

struct FileDescriptorTraits {
  using Value = int;
  static Value empty() { return -1; }
  static void close(Value value) { ::close(value); }
};
using FileDescriptor = Handle<FileDescriptorTraits>;

}  // namespace shoal
