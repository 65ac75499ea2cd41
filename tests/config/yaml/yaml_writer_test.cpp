#include "config/yaml/yaml_writer.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "config/yaml/yaml_reader.hpp"

namespace yaml_writer_test {

using namespace shoal;
using Json = nlohmann::ordered_json;

TEST_CASE("mappings and lists of texts stand on lines of their own, the rest is JSON") {
  const Json json = {{"a", 1}, {"b", {{"c", "x: \"y\"\n"}}}, {"d", {"e", "f"}}, {"g", {1, 2}}, {"h", Json::array()}};
  CHECK(config::yaml_of(json) == "a: 1\nb:\n  c: \"x: \\\"y\\\"\\n\"\nd:\n  - \"e\"\n  - \"f\"\ng: [1,2]\nh: []\n");
}

TEST_CASE("what was written is read back") {
  const Json json = {{"text", "- # {é} \\ '"}, {"maps", {{{"k", {{"l", true}}}}}}};
  config::YamlMap map(config::parse_yaml(config::yaml_of(json), "y"), "y", "");
  CHECK(map.text("text") == "- # {é} \\ '");
  auto maps = map.maps("maps");
  REQUIRE(maps.size() == 1);
  CHECK(maps[0].map("k")->flag("l") == true);
}

}  // namespace yaml_writer_test
