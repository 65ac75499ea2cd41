// Damaged configurations: whatever is done to a sound one, it is read or refused with exit code 2 (3 where a file that
// it names is at fault), in a sentence of valid UTF-8.

#include <catch2/catch.hpp>
#include <random>

#include "config/run_config.hpp"
#include "support/error_of.hpp"
#include "text/text.hpp"

namespace run_config_mutation_test {

using namespace shoal;
using shoal::testing::error_of;

namespace {

const std::string sound =
    "name: x\nseed: 42\nmodel: m\nexperts: [a, b]\nmerge_space: factors\n"
    "utility:\n  combine: weighted\n  tasks:\n"
    "    - {name: t, type: multiple_choice, data: t.json, limit: {dev: 5}, weight: 2}\n"
    "    - name: u\n      type: exact_match\n      data: {dev: d.jsonl, test: e.jsonl}\n      prompt: "
    "\"{question}\\n\"\n"
    "swarm: {preset: paper, crossover_range: [0, 1], inertia: 0.5, repel_term: true}\n"
    "evaluation: {dtype: auto, block: 25}\nstop: {walltime: 1:00:00, target: null}\noutput: {run_dir: r, keep: 3}\n";

const std::vector<std::string> pieces{"{",
                                      "}",
                                      "[",
                                      "]",
                                      ":",
                                      ": ",
                                      ",",
                                      "- ",
                                      "\n",
                                      "  ",
                                      "\t",
                                      "#",
                                      "&a ",
                                      "*a",
                                      "!!int ",
                                      "!x ",
                                      "'",
                                      "\"",
                                      "\\",
                                      "|\n",
                                      ">\n",
                                      "---\n",
                                      "...\n",
                                      "? ",
                                      "%YAML 1.2\n",
                                      "<<: ",
                                      "~",
                                      "null",
                                      ".nan",
                                      "-1",
                                      "1e400",
                                      "0x10",
                                      "\xff",
                                      "\xc3",
                                      "é",
                                      std::string(1, '\0'),
                                      "99999999999999999999",
                                      "\r\n",
                                      "\xEF\xBB\xBF",
                                      "*",
                                      "{question}"};

class Mutator {
 public:
  std::string mutant() {
    std::string text = sound;
    for (std::size_t changes = 1 + below(2); changes > 0; --changes) change(text);
    return text;
  }

  std::string assignment() {
    static const std::vector<std::string> keys{"seed",
                                               "model",
                                               "experts",
                                               "experts.0",
                                               "utility.tasks.0.limit",
                                               "utility.tasks",
                                               "swarm.inertia",
                                               "swarm",
                                               "output.keep",
                                               "stop.walltime",
                                               "x.y",
                                               "",
                                               "."};
    std::string value;
    for (std::size_t n = below(4); n > 0; --n) value += pieces[below(pieces.size())];
    return keys[below(keys.size())] + "=" + value;
  }

  std::size_t below(std::size_t m) { return generator_() % m; }

 private:
  void change(std::string& text) {
    if (text.empty()) return;
    const std::size_t at = below(text.size());
    switch (below(4)) {
      case 0:
        text.erase(at, 1 + below(12));
        break;
      case 1:
        text.insert(at, text.substr(below(text.size()), below(40)));
        break;
      default:
        text.insert(at, pieces[below(pieces.size())]);
    }
  }

  std::mt19937 generator_{2024};
};

bool is_clean(const std::string& error) {
  const bool code = error.rfind("2: ", 0) == 0 || error.rfind("3: ", 0) == 0;
  return code && text::is_utf8(error) && error.size() < 2000;
}

}  // namespace

TEST_CASE("the configuration that is damaged below is sound") {
  CHECK(error_of([] { config::parse_run_config(sound, "/folder/c.yaml", {}); }) == "none");
}

TEST_CASE("damaged configurations are read or refused, never anything else") {
  Mutator mutator;
  int refused = 0;
  for (int round = 0; round < 3000; ++round) {
    const std::string text = mutator.mutant();
    INFO(text);
    const std::string error = error_of([&] { config::parse_run_config(text, "/folder/c.yaml", {}); });
    if (error == "none") continue;
    REQUIRE(is_clean(error));
    ++refused;
  }
  CHECK(refused > 1000);
  CHECK(refused < 3000);
}

TEST_CASE("damaged overrides are followed or refused, never anything else") {
  Mutator mutator;
  int refused = 0;
  for (int round = 0; round < 2000; ++round) {
    const std::string assignment = mutator.assignment();
    INFO(assignment);
    const std::string error = error_of([&] { config::parse_run_config(sound, "/folder/c.yaml", {assignment}); });
    if (error == "none") continue;
    REQUIRE(is_clean(error));
    ++refused;
  }
  CHECK(refused > 500);
  CHECK(refused < 2000);
}

TEST_CASE("what is read from a damaged configuration can be written and read again") {
  Mutator mutator;
  int read = 0;
  for (int round = 0; round < 5000; ++round) {
    const std::string text = mutator.mutant();
    config::RunConfig config;
    if (error_of([&] { config = config::parse_run_config(text, "/folder/c.yaml", {}); }) != "none") continue;
    ++read;
    INFO(text);
    const std::string yaml = config::to_yaml(config);
    INFO(yaml);
    REQUIRE(config::to_yaml(config::parse_run_config(yaml, "/other/d.yaml", {})) == yaml);
  }
  CHECK(read > 100);
}

}  // namespace run_config_mutation_test
