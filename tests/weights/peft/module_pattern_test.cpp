#include "weights/peft/module_pattern.hpp"

#include <catch2/catch.hpp>

#include "support/error_of.hpp"

namespace module_pattern_test {

namespace {

using namespace shoal;

const std::string module = "model.layers.11.self_attn.q_proj";

bool matches(const std::string& key) { return weights::matches_module(key, module, "config"); }

// Expected values: Python, re.match(rf"(.*\.)?({key})$", module).
TEST_CASE("a plain key matches the whole path or its end after a dot") {
  CHECK(matches("q_proj"));
  CHECK(matches("self_attn.q_proj"));
  CHECK(matches(module));
  CHECK_FALSE(matches("proj"));
  CHECK_FALSE(matches("layers.1.self_attn.q_proj"));
  CHECK_FALSE(matches("model.layers.11.self_attn"));
  CHECK_FALSE(matches("a.longer." + module));
}

TEST_CASE("a dot in a key stands for any character, as in PEFT") {
  CHECK(matches("self.attn.q.proj"));
  CHECK(matches("layers.1..self_attn.q_proj"));
}

TEST_CASE("regular expressions match as in PEFT") {
  CHECK(matches("layers\\.\\d+\\.self_attn\\.q_proj"));
  CHECK(matches(".*layers\\.(10|11)\\..*proj"));
  CHECK(matches("[qk]_proj"));
  CHECK(matches("^model\\.layers\\.11\\.self_attn\\.q_proj"));
  CHECK(matches("k_proj|q_proj"));
  CHECK_FALSE(matches("layers\\.[0-9]\\.self_attn\\.q_proj"));
  CHECK_FALSE(matches("(k|v)_proj"));
}

TEST_CASE("patterns that are broken, too long or exponential are refused") {
  for (const std::string& key :
       {std::string("(q_proj"), std::string("[q"), std::string("(a+)+x"), std::string("(?P<n>q_proj)"),
        "[q]" + std::string(300, 'x'), std::string("\\x*a*b*c*d*e*f*")}) {
    INFO(key);
    CHECK(testing::error_of([&] { matches(key); }).starts_with("3: config: the pattern"));
  }
}

}  // namespace

}  // namespace module_pattern_test
