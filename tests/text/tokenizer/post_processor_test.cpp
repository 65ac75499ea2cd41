#include "text/tokenizer/post_processor.hpp"

#include <catch2/catch.hpp>

#include "support/error_of.hpp"
#include "support/json_parts.hpp"

namespace post_processor_test {

using Catch::Matchers::Contains;
using namespace shoal::text;
using namespace shoal::testing;

namespace {

using Ids = std::vector<std::int32_t>;

const nlohmann::json around{
    {"type", "TemplateProcessing"},
    {"single",
     {{{"SpecialToken", {{"id", "<s>"}}}}, {{"Sequence", {{"id", "A"}}}}, {{"SpecialToken", {{"id", "</s>"}}}}}},
    {"special_tokens", {{"<s>", {{"ids", {1}}}}, {"</s>", {{"ids", {2, 3}}}}}}};

PostProcessor load(const nlohmann::json& post_processor) {
  return PostProcessor::load(as_file({{"post_processor", post_processor}}));
}

}  // namespace

TEST_CASE("A template puts its tokens before and after the text") {
  CHECK(load(around).before == Ids{1});
  CHECK(load(around).after == Ids{2, 3});
}

TEST_CASE("A sequence finds the template behind ByteLevel") {
  const auto processor = load({{"type", "Sequence"}, {"processors", {{{"type", "ByteLevel"}}, around}}});
  CHECK(processor.before == Ids{1});
  CHECK(processor.after == Ids{2, 3});
}

TEST_CASE("Without a template nothing is added") {
  CHECK(load(nullptr).before.empty());
  CHECK(load({{"type", "ByteLevel"}}).before.empty());
}

TEST_CASE("Unknown processors and templates with unknown tokens are refused") {
  CHECK_THAT(error_of([] { load({{"type", "BertProcessing"}}); }), Contains("3: ") && Contains("BertProcessing"));
  auto broken = around;
  broken["special_tokens"].erase("<s>");
  CHECK_THAT(error_of([&] { load(broken); }), Contains("3: ") && Contains("<s>"));
  broken = around;
  broken["special_tokens"]["<s>"]["ids"] = {"one"};
  CHECK_THAT(error_of([&] { load(broken); }), Contains("3: ") && Contains("special_tokens"));
}

}  // namespace post_processor_test
