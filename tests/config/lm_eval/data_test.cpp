#include "config/lm_eval/data.hpp"

#include <catch2/catch.hpp>

#include "base/file.hpp"
#include "support/error_of.hpp"
#include "support/temp_folder.hpp"

namespace data_test {

using namespace shoal;
using Catch::Matchers::Contains;
using shoal::testing::error_of;
using shoal::testing::TempFolder;

namespace {

struct Place {
  Place() {
    for (const char* name : {"a.jsonl", "b.jsonl", "c.jsonl"}) write_durably(folder / name, "{}\n");
  }
  config::LmEvalData data(const std::string& yaml) const {
    return config::lm_eval_data(YAML::Load("{" + yaml + "}"), folder / "t.yaml", "t");
  }
  TempFolder folder;
};

const std::string files =
    "dataset_path: json, dataset_kwargs: {data_files: {train: a.jsonl, v: [b.jsonl], test: c.jsonl}}";

}  // namespace

TEST_CASE("dev is the validation split and the test split is held out") {
  const Place place;
  const auto data = place.data(files + ", training_split: train, validation_split: v, test_split: test");
  CHECK(data.dev == place.folder / "b.jsonl");
  CHECK(data.test == place.folder / "c.jsonl");
  CHECK(data.notes.empty());
}

TEST_CASE("without a test split dev moves to the training split, which is told") {
  const Place place;
  const auto data = place.data(files + ", training_split: train, validation_split: v");
  CHECK(data.dev == place.folder / "a.jsonl");
  CHECK(data.test == place.folder / "b.jsonl");
  REQUIRE(data.notes.size() == 1);
  CHECK_THAT(data.notes[0], Contains("train becomes dev and v the held-out test"));
}

TEST_CASE("without a validation split dev is the training split") {
  const Place place;
  CHECK(place.data(files + ", training_split: train, test_split: test").dev == place.folder / "a.jsonl");
}

TEST_CASE("files that are not there and data sets of the hub are named") {
  const Place place;
  const auto gone = place.data("dataset_path: json, dataset_kwargs: {data_files: {v: x.jsonl}}, validation_split: v");
  CHECK_THAT(gone.notes.back(), Contains("x.jsonl is not there"));
  const auto hub = place.data("dataset_path: org/set, validation_split: v, test_split: test");
  CHECK(hub.dev == place.folder / "t-v.jsonl");
  CHECK(hub.test == place.folder / "t-test.jsonl");
  CHECK_THAT(hub.notes.back(), Contains("org/set is a data set of the Hugging Face hub"));
}

TEST_CASE("formats that cannot be read are refused") {
  const Place place;
  CHECK_THAT(
      error_of([&] { place.data("dataset_path: csv, dataset_kwargs: {data_files: x.csv}, training_split: train"); }),
      Contains("2: ") && Contains("dataset_path is csv"));
  CHECK_THAT(
      error_of([&] {
        place.data("dataset_path: json, dataset_kwargs: {data_files: a.jsonl, field: data}, training_split: train");
      }),
      Contains("dataset_kwargs.field is data"));
  CHECK_THAT(error_of([&] {
               place.data("dataset_path: json, dataset_kwargs: {data_files: {v: [a, b]}}, validation_split: v");
             }),
             Contains("split v has 2 data files"));
  CHECK_THAT(error_of([&] { place.data("dataset_path: json, validation_split: v"); }), Contains("names no file"));
}

}  // namespace data_test
