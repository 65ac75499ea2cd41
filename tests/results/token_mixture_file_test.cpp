#include "results/token_mixture_file.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "support/error_of.hpp"
#include "support/temp_folder.hpp"

namespace token_mixture_file_test {

using namespace shoal::results;
using Catch::Matchers::Contains;
using shoal::testing::error_of;
using shoal::testing::TempFolder;

namespace {

std::string error_with(const std::string& text) {
  const TempFolder folder;
  std::ofstream(folder / token_mixture_name) << text;
  return error_of([&] { read_token_mixture(folder / token_mixture_name); });
}

}  // namespace

TEST_CASE("A token mixture is read back with the same bits") {
  const TempFolder folder;
  const TokenMixture written{"/models/base", {"/experts/a \"b\"", "/models/other"}, {1.0 / 3.0, -0.1}};
  std::ofstream(folder / token_mixture_name) << to_json(written);
  const TokenMixture read = read_token_mixture(folder / token_mixture_name);
  CHECK(read.model == written.model);
  CHECK(read.experts == written.experts);
  CHECK(read.weights == written.weights);
}

TEST_CASE("Relative folders are those beside the file") {
  const TempFolder folder;
  std::ofstream(folder / "m.json") << R"({"model": "../base", "experts": [{"path": "a", "weight": 1}]})";
  const TokenMixture read = read_token_mixture(folder / "m.json");
  CHECK(read.model == folder.path().parent_path() / "base");
  CHECK(read.experts.front() == folder / "a");
}

TEST_CASE("What is no token mixture is refused with the file's name") {
  CHECK_THAT(error_with("{"), Contains("3: ") && Contains(token_mixture_name));
  for (const char* text : {"[]", R"({"model": "m"})", R"({"model": "m", "experts": []})",
                           R"({"model": 3, "experts": []})", R"({"model": "m", "experts": [{"path": "a"}]})"}) {
    CHECK_THAT(error_with(text), Contains("3: ") && Contains(token_mixture_name) && Contains("is not a token mixture"));
  }
  CHECK_THAT(error_of([] { read_token_mixture("/nowhere/m.json"); }), Contains("3: ") && Contains("/nowhere/m.json"));
}

}  // namespace token_mixture_file_test
