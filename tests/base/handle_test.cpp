#include "base/handle.hpp"

#include <fcntl.h>

#include <catch2/catch.hpp>
#include <type_traits>
#include <vector>

namespace shoal::handle_test {
namespace {

/// Remembers which values were closed, in order.
struct Recorded {
  using Value = int;
  static int empty() { return 0; }
  static void close(int value) { closed().push_back(value); }
  static std::vector<int>& closed() {
    static std::vector<int> values;
    return values;
  }
};

using RecordedHandle = Handle<Recorded>;
using Closed = std::vector<int>;

}  // namespace

TEST_CASE("a handle closes its value once, at the end", "[handle]") {
  Recorded::closed().clear();
  {
    const RecordedHandle handle(7);
    CHECK(handle);
    CHECK(handle.value() == 7);
    CHECK(Recorded::closed().empty());
  }
  CHECK(Recorded::closed() == Closed{7});
}

TEST_CASE("an empty handle closes nothing", "[handle]") {
  Recorded::closed().clear();
  {
    const RecordedHandle handle;
    CHECK_FALSE(handle);
  }
  CHECK(Recorded::closed().empty());
}

TEST_CASE("a moved-from handle is empty and the value is closed once", "[handle]") {
  Recorded::closed().clear();
  {
    RecordedHandle first(7);
    const RecordedHandle second(std::move(first));
    CHECK(first.value() == Recorded::empty());
    CHECK(second.value() == 7);
  }
  CHECK(Recorded::closed() == Closed{7});
}

TEST_CASE("move assignment closes both values once each", "[handle]") {
  Recorded::closed().clear();
  {
    RecordedHandle target(1);
    {
      RecordedHandle source(2);
      target = std::move(source);
      CHECK(target.value() == 2);
    }
    CHECK(Recorded::closed() == Closed{1});
  }
  CHECK(Recorded::closed() == Closed{1, 2});
}

TEST_CASE("a released value is the caller's to close", "[handle]") {
  Recorded::closed().clear();
  {
    RecordedHandle handle(7);
    CHECK(handle.release() == 7);
    CHECK_FALSE(handle);
  }
  CHECK(Recorded::closed().empty());
}

TEST_CASE("a handle cannot be copied", "[handle]") {
  CHECK_FALSE(std::is_copy_constructible_v<RecordedHandle>);
  CHECK_FALSE(std::is_copy_assignable_v<RecordedHandle>);
}

TEST_CASE("a file descriptor is closed with its handle", "[handle]") {
  int number = -1;
  {
    const FileDescriptor file(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    REQUIRE(file);
    number = file.value();
    CHECK(::fcntl(number, F_GETFD) != -1);
  }
  CHECK(::fcntl(number, F_GETFD) == -1);
}

TEST_CASE("descriptor 0 is a value, not emptiness", "[handle]") {
  FileDescriptor file(0);
  CHECK(file);
  file.release();
}

}  // namespace shoal::handle_test
