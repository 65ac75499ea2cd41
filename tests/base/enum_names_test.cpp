#include "base/enum_names.hpp"

#include <catch2/catch.hpp>

namespace enum_names_test {

using namespace shoal;

enum class Colour { red, green };

const EnumNames<Colour> names{"red", "green"};

TEST_CASE("a value has the name at its place, and a name the value") {
  CHECK(names.of(Colour::green) == "green");
  CHECK(names.find("red") == Colour::red);
  CHECK(names.all() == std::vector<std::string>{"red", "green"});
}

TEST_CASE("a name that is none has no value") {
  CHECK_FALSE(names.find("blue"));
  CHECK_FALSE(names.find(""));
}

}  // namespace enum_names_test
