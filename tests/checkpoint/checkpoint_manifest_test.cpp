#include "checkpoint/checkpoint_manifest.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/file.hpp"
#include "support/error_of.hpp"
#include "support/temp_folder.hpp"

namespace checkpoint_manifest_test {

using namespace shoal;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using shoal::testing::error_of;
using shoal::testing::TempFolder;

namespace {

checkpoint::Manifest example_manifest() {
  checkpoint::Manifest::File more = checkpoint::describe("rank-0003.h5", "");
  more.kind = "positions";
  more.rank = 3;
  return {"hash", 12, 0xfedcba9876543210U, 0.1 + 0.2, {checkpoint::describe("state.h5", "bytes"), more}};
}

/// What reading `text` as a manifest says.
std::string reading_error(const std::string& text) {
  const TempFolder folder;
  std::ofstream(folder / "manifest.json", std::ios::binary) << text;  // not synced: this is called thousands of times
  return error_of([&] { checkpoint::read_manifest(folder / "manifest.json"); });
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  REQUIRE(text.find(from) != std::string::npos);
  return text.replace(text.find(from), from.size(), to);
}

/// The example with other values under some keys and a check sum that fits them: what another version might write.
std::string sealed(const nlohmann::json& values) {
  nlohmann::json json = nlohmann::json::parse(to_json(example_manifest()));
  json.update(values);
  json.erase("xxh3");
  json["xxh3"] = checkpoint::describe("", json.dump()).xxh3;
  return json.dump(1) + "\n";
}

std::string sealed(const std::string& key, const nlohmann::json& value) {
  return sealed(nlohmann::json::object({{key, value}}));
}

}  // namespace

TEST_CASE("a manifest comes back as it was written") {
  const TempFolder folder;
  write_durably(folder / "m.json", to_json(example_manifest()));
  const checkpoint::Manifest manifest = checkpoint::read_manifest(folder / "m.json");
  CHECK(manifest.config_hash == "hash");
  CHECK(manifest.iteration == 12);
  CHECK(manifest.seed == 0xfedcba9876543210U);
  CHECK(manifest.search_seconds == 0.1 + 0.2);
  REQUIRE(manifest.files.size() == 2);
  CHECK(manifest.files[0].name == "state.h5");
  CHECK(manifest.files[0].bytes == 5);
  CHECK(manifest.files[0].xxh3 == checkpoint::describe("state.h5", "bytes").xxh3);
  CHECK(manifest.files[0].kind == "state");
  CHECK_FALSE(manifest.files[0].rank);
  CHECK(manifest.files[1].bytes == 0);
  CHECK(manifest.files[1].kind == "positions");
  CHECK(manifest.files[1].rank == 3);
  CHECK(manifest.state().name == "state.h5");
}

TEST_CASE("a changed value is noticed although the manifest is still well-formed") {
  const std::string text = to_json(example_manifest());
  const std::vector<std::pair<std::string, std::string>> changes{
      {"\"hash\"", "\"hasj\""}, {"12", "13"}, {"0.3", "0.7"}, {"\"bytes\": 5", "\"bytes\": 4"}, {"true", "false"}};
  for (const auto& [from, to] : changes) {
    INFO(from);
    CHECK_THAT(reading_error(replaced(text, from, to)), StartsWith("3: ") && Contains("its check sum says"));
  }
}

TEST_CASE("no flipped bit in any byte of a manifest gives another manifest") {
  const std::string text = to_json(example_manifest());
  for (std::size_t at = 0; at + 1 < text.size(); ++at) {  // the newline is not part of the value
    std::string flipped = text;
    flipped[at] = static_cast<char>(flipped[at] ^ (1 << (at % 8)));
    const std::string error = reading_error(flipped);
    if (error == "none") {
      // White space between values may differ; values may not.
      CHECK(nlohmann::json::parse(flipped) == nlohmann::json::parse(text));
    } else {
      CHECK_THAT(error, StartsWith("3: "));
    }
  }
}

TEST_CASE("a later format is named as such and not called damaged") {
  const std::string error = reading_error(sealed("format", 4));
  CHECK_THAT(error, StartsWith("3: ") && Contains("has format 4 (this version reads 1 to 3)"));
  CHECK_THAT(error, Contains("--resume never"));
}

TEST_CASE("a format that was changed by damage is not taken for a later one") {
  const std::string text = replaced(to_json(example_manifest()), "\"format\": 3", "\"format\": 4");
  CHECK_THAT(reading_error(text), StartsWith("3: ") && Contains("its check sum says"));
}

TEST_CASE("a format before the first is refused") {
  CHECK_THAT(reading_error(sealed("format", 0)), StartsWith("3: ") && Contains("unknown format 0"));
}

TEST_CASE("a manifest that is not complete is refused") {
  CHECK_THAT(reading_error(sealed("complete", false)), StartsWith("3: ") && Contains("is not complete"));
}

TEST_CASE("a manifest of the format before comes with the kind and rank that its one file had") {
  nlohmann::json files = nlohmann::json::parse(to_json(example_manifest()))["files"];
  files.erase(1);
  files[0].erase("kind");
  files[0].erase("rank");
  const TempFolder folder;
  write_durably(folder / "m.json", sealed({{"format", 1}, {"files", files}}));
  const checkpoint::Manifest manifest = checkpoint::read_manifest(folder / "m.json");
  CHECK(manifest.files.size() == 1);
  CHECK(manifest.state().name == "state.h5");
  CHECK_FALSE(manifest.state().rank);
}

TEST_CASE("files are names within the checkpoint's folder, one of them the state") {
  const nlohmann::json files = nlohmann::json::parse(to_json(example_manifest()))["files"];
  for (const char* name : {"", "..", "../state.h5", "/etc/passwd", "a/b", ".hidden"}) {
    INFO(name);
    nlohmann::json edited = files;
    edited[1]["name"] = name;
    CHECK_THAT(reading_error(sealed("files", edited)), StartsWith("3: ") && Contains("no name within its folder"));
  }
  for (const char* kind : {"positions", "state"}) {
    nlohmann::json edited = files;
    edited[kind == std::string("state") ? 1 : 0]["kind"] = kind;
    CHECK_THAT(reading_error(sealed("files", edited)), StartsWith("3: ") && Contains("exactly one file of kind state"));
  }
  nlohmann::json without = files;
  without[0].erase("kind");
  CHECK_THAT(reading_error(sealed("files", without)), StartsWith("3: ") && Contains("is damaged"));
}

TEST_CASE("a list of files comes back as it was written, and what is none is refused") {
  const auto files = example_manifest().files;
  const auto read = checkpoint::files_from_json(checkpoint::files_to_json(files), "list");
  REQUIRE(read.size() == files.size());
  CHECK(read[1].name == files[1].name);
  CHECK(read[1].kind == files[1].kind);
  CHECK(read[1].rank == files[1].rank);
  for (const char* text : {"", "[{}]", "[7]", "[{\"name\": \"a\"}]"}) {
    INFO(text);
    CHECK_THAT(error_of([&] { checkpoint::files_from_json(text, "list.json"); }),
               StartsWith("3: ") && Contains("list.json"));
  }
}

TEST_CASE("what is no manifest is refused by the file's name") {
  for (const char* text : {"", "{", "[]", "{}", "7", "{\"format\": 1}", "{\"format\": 1, \"xxh3\": 5}"}) {
    INFO(text);
    CHECK_THAT(reading_error(text), StartsWith("3: ") && Contains("manifest.json"));
  }
}

TEST_CASE("a file is read only with the length and the content that the manifest says") {
  const TempFolder folder;
  const checkpoint::Manifest::File file = checkpoint::describe("state.h5", "bytes");
  write_durably(folder / "state.h5", "bytes");
  CHECK(checkpoint::read_checked(folder.path(), file) == "bytes");
  for (const char* content : {"bytez", "byte", "bytes ", ""}) {
    write_durably(folder / "state.h5", content);
    CHECK_THAT(error_of([&] { checkpoint::read_checked(folder.path(), file); }),
               StartsWith("3: " + (folder / "state.h5").string() + " is damaged"));
  }
}

TEST_CASE("a file that is missing is refused by its name") {
  const TempFolder folder;
  CHECK_THAT(error_of([&] { checkpoint::read_checked(folder.path(), checkpoint::describe("state.h5", "")); }),
             StartsWith("3: ") && Contains("state.h5"));
}

}  // namespace checkpoint_manifest_test
