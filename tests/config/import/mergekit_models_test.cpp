#include "config/import/mergekit_models.hpp"

#include <catch2/catch.hpp>

#include "support/error_of.hpp"

namespace mergekit_models_test {

using namespace shoal;
using Catch::Matchers::Contains;
using shoal::testing::error_of;

namespace {

config::MergekitModels read(const std::string& yaml) { return config::mergekit_models(YAML::Load(yaml), "m.yaml"); }

}  // namespace

TEST_CASE("models come with adapters and plain weights") {
  const auto merge = read("{base_model: b, models: [{model: b+x, parameters: {weight: 0.25}}, {model: c}]}");
  CHECK(merge.base == "b");
  REQUIRE(merge.models.size() == 2);
  CHECK(merge.models[0].base == "b");
  CHECK(merge.models[0].adapter == "x");
  CHECK(merge.models[0].weight == "0.25");
  CHECK(merge.models[1].adapter.empty());
  CHECK(merge.models[1].weight.empty());
  CHECK(merge.notes.empty());
}

TEST_CASE("one slice over the whole depth is a merge of its sources") {
  const auto merge = read("{slices: [{sources: [{model: a, layer_range: [0, 4]}, {model: b}]}]}");
  CHECK(merge.models.size() == 2);
  REQUIRE(merge.notes.size() == 1);
  CHECK_THAT(merge.notes[0], Contains("layer_range of a"));
}

TEST_CASE("what has no place in a search is named") {
  const auto merge =
      read("{models: [{model: a@main, parameters: {weight: [0, 1], density: 0.5}, tokenizer: x}, {model: b}]}");
  REQUIRE(merge.notes.size() == 4);
  CHECK_THAT(merge.notes[0], Contains("names a revision"));
  CHECK_THAT(merge.notes[1], Contains("changes with depth"));
  CHECK_THAT(merge.notes[2], Contains("density of a@main"));
  CHECK_THAT(merge.notes[3], Contains("tokenizer of a@main"));
}

TEST_CASE("stacked layers and empty merges are refused") {
  CHECK_THAT(error_of([] { read("{slices: [{sources: []}, {sources: []}]}"); }),
             Contains("2: ") && Contains("2 slices of layers"));
  CHECK_THAT(error_of([] { read("{modules: {}}"); }), Contains("has no models"));
  CHECK_THAT(error_of([] { read("{models: []}"); }), Contains("has no models"));
  CHECK_THAT(error_of([] { read("{models: [{model: [a]}]}"); }), Contains("not named by a text"));
}

TEST_CASE("a revision is what stands behind @ in the last part of a name") {
  CHECK(config::without_revision("org/name@rev") == "org/name");
  CHECK(config::without_revision("name@rev") == "name");
  CHECK(config::without_revision("a@b/name") == "a@b/name");
}

}  // namespace mergekit_models_test
