#include "config/import/reference_options.hpp"

#include <catch2/catch.hpp>

#include "support/error_of.hpp"

namespace reference_options_test {

using namespace shoal;
using Catch::Matchers::Contains;
using shoal::testing::error_of;

namespace {

config::ReferenceOptions read(const std::string& text) { return config::reference_options(text, "o.txt"); }

}  // namespace

TEST_CASE("a command line is read with short names, quotes and negative numbers") {
  const auto options = read("python search.py -n 'my run' -p 7 --inertia=0.1 --repel_coeff -0.3 --inertia 0.2");
  CHECK(options.get("name", "") == "my run");
  CHECK(options.get("patience", "") == "7");
  CHECK(options.get("repel_coeff", "") == "-0.3");
  CHECK(options.get("inertia", "") == "0.2");
  CHECK(options.get("social_coeff", "0.3") == "0.3");
  CHECK(options.notes.empty());
}

TEST_CASE("the command of a script is found") {
  const auto options = read(
      "#!/bin/bash\nlist=(1 2)\nwhile true\ndo\n  python search.py \\\n    -e exact_match \\\n    -d nlgraph\ndone");
  CHECK(options.values.size() == 2);
  CHECK(options.get("dataset", "") == "nlgraph");
}

TEST_CASE("JSON and what the published code leaves behind are read too") {
  const auto json = read(R"({"inertia": 0.4, "repel_term": false, "name": "x", "only": null})");
  CHECK(json.get("inertia", "") == "0.4");
  CHECK(json.get("repel_term", "") == "0");
  CHECK(json.get("only", "none") == "none");
  const auto left = read("Namespace(name='a, b', inertia='0.1', initial_experts_num=None, to_visualize=False)");
  CHECK(left.get("name", "") == "a, b");
  CHECK(left.get("inertia", "") == "0.1");
  CHECK(left.get("initial_experts_num", "none") == "none");
  CHECK(left.get("to_visualize", "") == "0");
}

TEST_CASE("words that are no options are named, texts without options refused") {
  CHECK_THAT(read("--inertia 1 2").notes.at(0), Contains("the word 2 is no option"));
  CHECK_THAT(error_of([] { read(" \n"); }), Contains("2: o.txt is empty"));
  CHECK_THAT(error_of([] { read("hello"); }), Contains("2: o.txt holds no options"));
  CHECK_THAT(error_of([] { read("{\"a\": "); }), Contains("2: o.txt is no JSON object"));
}

}  // namespace reference_options_test
