#include "config/run_config.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/file.hpp"
#include "support/error_of.hpp"
#include "support/source_folder.hpp"
#include "support/temp_folder.hpp"

namespace run_config_test {

using namespace shoal;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using config::RunConfig;
using shoal::testing::error_of;
using shoal::testing::TempFolder;

namespace {

namespace fs = std::filesystem;

/// The least that a configuration needs, line 1 to 4; tests append to it.
const std::string minimal =
    "model: m\n"
    "experts: [e1, e2]\n"
    "utility: {tasks: [{name: t, type: exact_match, data: t.json}]}\n";

RunConfig parse(const std::string& text, const std::vector<std::string>& overrides = {}) {
  return config::parse_run_config(text, "/folder/c.yaml", overrides);
}

std::string parse_error(const std::string& text, const std::vector<std::string>& overrides = {}) {
  return error_of([&] { parse(text, overrides); });
}

std::string hash_of(const std::vector<std::string>& overrides) {
  return config::trajectory_hash(parse(minimal, overrides));
}

/// A configuration in which as much as possible differs from its default.
const std::vector<std::string> everything{
    "name=\"a: b, \\\"c\\\"\"",
    "seed=9007199254740993",
    "merge_space=delta",
    "utility.combine=weighted",
    "utility.tasks=[{name: t, type: multiple_choice, data: t.json, weight: 0.1, match: reference, fields: {question: "
    "'{{q}}', choices: [a, b], answer: x}, icl_prompt: "
    "\"x\\ty\"},"
    "{name: u, type: exact_match, data: {dev: d.jsonl, test: u.jsonl}, prompt: \"Q: {question}\\nA: é\", "
    "instruction: \"- # no\", max_new_tokens: 3, limit: {dev: 5}}]",
    "swarm={preset: reference, particles: 5, starting_velocity_mode: best, inertia: 0.1234567890123456789, "
    "repel_term: false, promotion: paired, dropK: 0.2, dropN: 0.1, max_invalid: 3, crossover_range: [-0.5, 1.5], "
    "count_skipped: false, restart_mode: one_shot, restart_cool_down: 2, worst_window: 4, weight_randomness: false, "
    "positions: dense, velocity: dare_ties, density: 0.3, mutation: {rate: 0.1, sigma: 0.002}}",
    "evaluation={dtype: bfloat16, adapters: folded, prune: false, block: 7, max_batch_tokens: 100, threads: 3}",
    "stop={walltime: '1:30:00', target: 0.5, budget_evaluations: 1000, watchdog: off}",
    "output={run_dir: elsewhere, checkpoint_every: 2, keep: 5}"};

}  // namespace

TEST_CASE("a minimal configuration has the documented defaults") {
  const RunConfig config = parse(minimal);
  CHECK(config.name == "c");
  CHECK(config.seed == 42);
  CHECK(config.merge_space == weights::MergeSpace::factors);
  CHECK(config.swarm.positions == swarm::Positions::affine);
  CHECK(config.utility.combine == task::Combine::harmonic_mean);
  CHECK(config.swarm.preset == "robust");
  CHECK(config.swarm.particles == 4);
  CHECK(config.evaluation.dtype == "auto");
  CHECK_FALSE(config.evaluation.block);
  CHECK_FALSE(config.stop.walltime);
  CHECK_FALSE(config.stop.budget_evaluations);
  CHECK(config.output.keep == 3);
}

TEST_CASE("relative paths are relative to the configuration's folder") {
  const RunConfig config = parse(minimal + "output: {run_dir: ../runs/x}\n");
  CHECK(config.model == "/folder/m");
  CHECK(config.experts == std::vector<fs::path>{"/folder/e1", "/folder/e2"});
  CHECK(config.utility.tasks.at(0).data == "/folder/t.json");
  CHECK(config.output.run_dir == "/runs/x");
  CHECK(parse(minimal).output.run_dir == "/folder/runs/c");
  CHECK(parse(minimal, {"model=/abs/m"}).model == "/abs/m");
}

TEST_CASE("relative paths on the command line are relative to the current folder") {
  const fs::path here = fs::current_path();
  const RunConfig config =
      parse(minimal, {"model=m/", "experts=[./a, b/../c]", "utility.tasks.0.data=t.json", "output={run_dir: ../x}"});
  CHECK(config.model == here / "m");
  CHECK(config.experts == std::vector<fs::path>{here / "a", here / "c"});
  CHECK(config.utility.tasks.at(0).data == here / "t.json");
  CHECK(config.output.run_dir == here.parent_path() / "x");
  CHECK(parse(minimal, {"experts.1=b"}).experts == std::vector<fs::path>{"/folder/e1", here / "b"});
  CHECK(parse(minimal, {"utility.tasks.0.data={dev: d.jsonl}"}).utility.tasks.at(0).dev_data == here / "d.jsonl");
}

TEST_CASE("a folder whose name looks like a pattern is taken as it is, with and without a pattern in it") {
  const TempFolder folder;
  for (const char* name : {"[x]*/a", "[x]*/b", "x/a", "e[1]"}) fs::create_directories(folder / name);
  const auto experts = [&](const std::string& list) {
    const std::string text = "model: m\nexperts: " + list + "\nutility: {tasks: [{type: exact_match, data: t.json}]}\n";
    return config::parse_run_config(text, folder / "[x]*" / "c.yaml", {}).experts;
  };
  CHECK(experts("['*']") == std::vector<fs::path>{folder / "[x]*/a", folder / "[x]*/b"});
  CHECK(experts("[a, '../e[1]']") == std::vector<fs::path>{folder / "[x]*/a", folder / "e[1]"});
}

TEST_CASE("paths that are empty or no texts are refused by key") {
  CHECK_THAT(parse_error(minimal, {"model="}), StartsWith("2: --set model is empty"));
  CHECK_THAT(parse_error(minimal, {"experts=[a, '']"}), Contains("experts is empty (a path is expected)"));
  CHECK_THAT(parse_error(minimal, {"experts=a"}), Contains("experts is not a list of paths"));
  CHECK_THAT(parse_error(minimal, {"experts=[a, [b]]"}), Contains("experts is not a path"));
  CHECK_THAT(parse_error(minimal + "output: {run_dir: ''}\n"),
             StartsWith("2: /folder/c.yaml:4: output.run_dir is empty"));
}

TEST_CASE("patterns name folders sorted by name and nothing else") {
  const TempFolder folder;
  for (const char* name : {"e/b", "e/a", "e/c"}) fs::create_directories(folder / name);
  write_durably(folder / "e/aa.txt", "no folder");
  const std::string text = "model: m\nexperts: [e/*]\nutility: {tasks: [{type: exact_match, data: t.json}]}\n";
  const RunConfig config = config::parse_run_config(text, folder / "c.yaml", {});
  CHECK(config.experts == std::vector<fs::path>{folder / "e/a", folder / "e/b", folder / "e/c"});
  CHECK(config.utility.tasks.at(0).name == "t");
  CHECK_THAT(parse_error(minimal, {"experts=[none/*]"}), StartsWith("2: --set experts matches no folder"));
}

TEST_CASE("the file overrides the preset and --set overrides the file") {
  const std::string text = minimal + "swarm: {preset: paper, inertia: 0.9, patience: 7}\n";
  const RunConfig config = parse(text, {"swarm.patience=8"});
  CHECK(config.swarm.step_length == 1.0);
  CHECK(config.swarm.inertia == 0.9);
  CHECK(config.swarm.patience == 8);
}

TEST_CASE("--set reaches into the list of tasks") {
  CHECK(parse(minimal, {"utility.tasks.0.limit=5"}).utility.tasks.at(0).test_limit == 5U);
  CHECK_THAT(parse_error(minimal, {"utility.tasks.1.limit=5"}), Contains("there is no entry 1"));
  CHECK_THAT(parse_error(minimal, {"utility.tasks.0.limt=5"}), Contains("utility.tasks.0.limt") && Contains("limit?"));
}

TEST_CASE("unknown keys name file, line, path and the nearest known key") {
  CHECK(parse_error(minimal + "swarms: {}\n") == "2: /folder/c.yaml:4: swarms is not a known key. Did you mean swarm?");
  CHECK_THAT(parse_error(minimal + "swarm:\n  particels: 4\n"),
             StartsWith("2: /folder/c.yaml:5: swarm.particels") && Contains("particles?"));
  CHECK_THAT(parse_error(minimal + "stop: {waltime: 3}\n"), Contains("walltime?"));
  CHECK_THAT(parse_error(minimal + "output: {run_dri: 3}\n"), Contains("run_dir?"));
  CHECK_THAT(parse_error(minimal + "evaluation: {dtipe: 3}\n"), Contains("dtype?"));
  CHECK_THAT(parse_error(minimal, {"stop={waltime: 3}"}), StartsWith("2: --set stop.waltime is not a known key"));
  CHECK_THAT(parse_error(minimal, {"utility.combin=mean"}),
             StartsWith("2: --set utility.combin ") && Contains("combine?"));
}

TEST_CASE("what is required is asked for by name") {
  CHECK_THAT(parse_error("experts: [a, b]\n"), Contains("model is missing"));
  CHECK_THAT(parse_error("model: m\n"), Contains("experts is missing"));
  CHECK_THAT(parse_error("model: m\nexperts: [a, b]\n"), Contains("utility is missing"));
  CHECK_THAT(parse_error(minimal, {"utility.tasks=[]"}), Contains("tasks is empty"));
  CHECK_THAT(parse_error(minimal, {"utility.tasks=[{type: exact_match}]"}),
             Contains("utility.tasks.0.data is missing"));
  CHECK_THAT(parse_error(minimal, {"experts=[a]"}), Contains("at least two"));
}

TEST_CASE("values out of range are refused by key") {
  for (const char* assignment : {"seed=-1",
                                 "seed=99999999999999999999",
                                 "output.keep=1",
                                 "output.checkpoint_every=0",
                                 "evaluation.block=0",
                                 "evaluation.threads=-2",
                                 "evaluation.dtype=float16",
                                 "merge_space=deltas",
                                 "stop.budget_evaluations=0",
                                 "stop.target=.nan",
                                 "stop.watchdog=4",
                                 "stop.watchdog=never",
                                 "stop.watchdog=.inf",
                                 "evaluation.pool=shared",
                                 "swarm.particles=1",
                                 "swarm.particles=-5",
                                 "swarm.patience=99999999999",
                                 "swarm.dropK=1",
                                 "swarm.inertia=-1",
                                 "swarm.positions=sparse",
                                 "swarm.velocity=slerp",
                                 "swarm.density=0",
                                 "swarm.mutation.rate=2",
                                 "swarm.mutation.rates=0.1",
                                 "swarm.crossover_range=[1]",
                                 "swarm.crossover_range=[2, 1]",
                                 "swarm.preset=best",
                                 "swarm.max_iteration=0",
                                 "utility.combine=median",
                                 "utility.tasks.0.weight=0",
                                 "utility.tasks.0.limit=0",
                                 "utility.tasks.0.type=essay",
                                 "utility.tasks.0.chat_template=maybe",
                                 "utility.tasks.0.max_new_tokens=0"}) {
    const std::string key = std::string(assignment).substr(0, std::string(assignment).find('='));
    INFO(assignment);
    const std::string error = parse_error(minimal, {assignment});
    CHECK_THAT(error, StartsWith("2: ") && Contains(key.substr(key.rfind('.') + 1)));
  }
}

TEST_CASE("seeds are several, different and not negative, and exclude seed") {
  CHECK(parse(minimal).seeds.empty());
  CHECK(parse(minimal + "seeds: [3, 0, 9007199254740993]\n").seeds ==
        std::vector<std::uint64_t>{3, 0, 9007199254740993U});
  CHECK_THAT(parse_error(minimal + "seeds: []\n"), StartsWith("2: ") && Contains("seeds is empty"));
  CHECK_THAT(parse_error(minimal + "seeds: [1, 2, 1]\n"), Contains("seeds holds 1 twice"));
  CHECK_THAT(parse_error(minimal + "seeds: [-1]\n"), Contains("seeds holds -1"));
  CHECK_THAT(parse_error(minimal + "seeds: [1.5]\n"), Contains("seeds is not a list of whole numbers"));
  CHECK_THAT(parse_error(minimal + "seeds: 3\n"), Contains("seeds is not a list of whole numbers"));
  CHECK_THAT(parse_error(minimal + "seed: 1\nseeds: [2, 3]\n"), Contains("seeds is given beside seed"));
}

TEST_CASE("a warm start names a run folder, relative to the file, and is part of the trajectory") {
  const RunConfig config = parse(minimal + "swarm: {warm_start: ../runs/x/}\n");
  CHECK(config.warm_start == fs::path("/runs/x"));
  CHECK(parse(config::to_yaml(config)).warm_start == config.warm_start);
  CHECK_FALSE(parse(config::to_yaml(parse(minimal))).warm_start);
  CHECK(config::trajectory_hash(config) != hash_of({}));
  CHECK_THAT(parse_error(minimal + "swarm: {positions: dense, warm_start: x}\n"),
             StartsWith("2: ") && Contains("warm_start needs positions: affine"));
}

TEST_CASE("an asynchronous schedule and the order that it repeats are read back and part of the trajectory") {
  const RunConfig config = parse(minimal + "swarm: {schedule: asynchronous, event_order: ../runs/x}\n");
  CHECK(config.swarm.schedule == swarm::Schedule::asynchronous);
  CHECK(config.event_order == fs::path("/runs/x"));
  const RunConfig again = parse(config::to_yaml(config));
  CHECK(again.swarm.schedule == config.swarm.schedule);
  CHECK(again.event_order == config.event_order);
  CHECK(config::trajectory_hash(config) != hash_of({"swarm.schedule=asynchronous"}));
  CHECK(hash_of({"swarm.schedule=asynchronous"}) != hash_of({}));
  CHECK(hash_of({"swarm.schedule=synchronous"}) == hash_of({}));
  CHECK(parse(minimal).swarm.schedule == swarm::Schedule::synchronous);
}

TEST_CASE("an asynchronous schedule refuses what all particles do together") {
  const std::vector<std::string> asynchronous{"swarm.schedule=asynchronous"};
  for (const auto& [setting, words] : {std::pair{"optimiser=de", "another optimiser"},
                                       {"swarm.positions=dense", "positions dense"},
                                       {"swarm.preset=reference", "preset reference"},
                                       {"swarm.dropK=0.1", "dropK"},
                                       {"swarm.dropN=0.1", "dropN"},
                                       {"evaluation.pool=sharded", "pool: sharded"}}) {
    CHECK_THAT(parse_error(minimal, {asynchronous.front(), setting}),
               StartsWith("2: ") && Contains("asynchronous") && Contains(words));
  }
  CHECK_THAT(parse_error(minimal, {"swarm.event_order=x"}), Contains("event_order needs schedule: asynchronous"));
  CHECK_THAT(parse_error(minimal, {asynchronous.front(), "swarm.event_order=x", "seeds=[1, 2]"}),
             StartsWith("2: ") && Contains("seeds is given beside swarm.event_order"));
  CHECK_THAT(parse_error(minimal, {"swarm.schedule=sometimes"}), StartsWith("2: "));
}

TEST_CASE("a configuration with seeds is read back the same") {
  const std::string text = config::to_yaml(parse(minimal, {"seeds=[3, 1]"}));
  CHECK(parse(text).seeds == std::vector<std::uint64_t>{3, 1});
  CHECK(config::to_yaml(parse(text)) == text);
}

TEST_CASE("tasks need names of their own, a question in the prompt, and data that fits its form") {
  const std::string two =
      "utility.tasks=[{name: t, type: exact_match, data: a.json}, {name: t, type: exact_match, data: b.json}]";
  CHECK_THAT(parse_error(minimal, {two}), Contains("two tasks named t"));
  CHECK_THAT(parse_error(minimal, {"utility.tasks.0.prompt=Q"}), Contains("no {question}"));
  CHECK_THAT(parse_error(minimal, {"utility.tasks.0.data=a.jsonl"}), Contains("one JSONL file"));
  CHECK_THAT(parse_error(minimal, {"utility.tasks.0.data={}"}), Contains("neither a dev nor a test file"));
}

TEST_CASE("walltime is auto, seconds or hours, minutes and seconds") {
  const auto walltime = [](const std::string& value) {
    return parse(minimal, {"stop.walltime=" + value}).stop.walltime;
  };
  CHECK_FALSE(walltime("auto"));
  CHECK_FALSE(walltime("null"));
  CHECK(walltime("90.5") == 90.5);
  CHECK(walltime("'2:30'") == 150.0);
  CHECK(walltime("01:00:00") == 3600.0);
  for (const char* value : {"0", "-5", "soon", "'1:'", "':30'", "1.2.3", ".", "1h", "[1]"}) {
    INFO(value);
    CHECK_THAT(error_of([&] { walltime(value); }), StartsWith("2: --set stop.walltime "));
  }
}

TEST_CASE("the watchdog is off or a number of seconds") {
  const auto watchdog = [](const std::vector<std::string>& overrides) {
    return parse(minimal, overrides).stop.watchdog;
  };
  CHECK(watchdog({}) == 600.0);
  CHECK(watchdog({"stop.watchdog=7.5"}) == 7.5);
  CHECK_FALSE(watchdog({"stop.watchdog=off"}));
}

TEST_CASE("a resolved configuration written as YAML is read back the same, defaults and everything set") {
  for (const auto& overrides : {std::vector<std::string>{}, everything}) {
    const RunConfig config = parse(minimal, overrides);
    const std::string yaml = config::to_yaml(config);
    INFO(yaml);
    const RunConfig again = config::parse_run_config(yaml, "/other/place.yaml", {});
    CHECK(to_json(again) == to_json(config));
    CHECK(again.swarm.rules == config.swarm.rules);
    CHECK(config::trajectory_hash(again) == config::trajectory_hash(config));
  }
}

TEST_CASE("the resolved configuration holds what was set") {
  const auto json = nlohmann::json::parse(to_json(parse(minimal, everything)));
  CHECK(json["name"] == "a: b, \"c\"");
  CHECK(json["seed"] == 9007199254740993);
  CHECK(json["utility"]["tasks"][1]["limit"] == nlohmann::json{{"dev", 5}});
  CHECK(json["utility"]["tasks"][1]["prompt"] == "Q: {question}\nA: é");
  CHECK(json["swarm"]["inertia"] == 0.1234567890123456789);
  CHECK(json["stop"]["walltime"] == 5400.0);
  CHECK(json["evaluation"]["threads"] == 3);
}

TEST_CASE("the trajectory hash ignores when to stop, where to write and how fast to go") {
  const std::string hash = hash_of({});
  CHECK(hash.size() == 64);
  for (const char* same :
       {"name=x", "stop.walltime=100", "stop.target=0.9", "stop.budget_evaluations=9", "output.run_dir=/x",
        "output.keep=9", "output.checkpoint_every=4", "swarm.max_iteration=99", "swarm.patience=3", "stop.watchdog=off",
        "evaluation.pool=sharded", "evaluation.threads=2", "evaluation.max_batch_tokens=64"}) {
    INFO(same);
    CHECK(hash_of({same}) == hash);
  }
}

TEST_CASE("the trajectory hash changes with everything that decides the trajectory") {
  const std::string hash = hash_of({});
  for (const char* other :
       {"seed=1", "model=x", "experts=[e2, e1]", "merge_space=delta", "utility.combine=mean", "utility.tasks.0.limit=5",
        "utility.tasks.0.data=x.json", "swarm.inertia=0.5", "swarm.preset=paper", "swarm.particles=9",
        "swarm.step_length=0.5", "swarm.validation_fraction=0.1", "evaluation.dtype=bfloat16",
        "evaluation.adapters=folded", "evaluation.block=3"}) {
    INFO(other);
    CHECK(hash_of({other}) != hash);
  }
}

TEST_CASE("tasks that services and programs score are read back the same") {
  const std::string head = "model: m\nexperts: [e1, e2]\nutility: {tasks: [{name: t, data: t.json, ";
  for (const char* service :
       {"type: judge, url: 'http://h/v1', model: j, question: 'rate {output}', key_env: KEY, cache: c",
        "type: toxicity, url_env: URL, attribute: INSULT, concurrency: 3, timeout: 5, give_up_after: 7",
        "type: http, url: 'https://h/'", "type: command, command: [python3, 'a b.py'], memory: 0.5, timeout: 2"}) {
    INFO(service);
    const RunConfig config = parse(head + service + "}]}\n");
    const RunConfig again = parse(config::to_yaml(config));
    CHECK(config::to_yaml(again) == config::to_yaml(config));
    CHECK(again.utility.tasks[0].service.command == config.utility.tasks[0].service.command);
  }
}

TEST_CASE("token positions are read back the same and are another trajectory") {
  const RunConfig config = parse(minimal, {"swarm.positions=tokens"});
  CHECK(config.swarm.positions == swarm::Positions::tokens);
  CHECK(config::to_yaml(parse(config::to_yaml(config))) == config::to_yaml(config));
  CHECK(hash_of({"swarm.positions=tokens"}) != hash_of({}));
  CHECK(hash_of({"swarm.positions=tokens"}) != hash_of({"swarm.positions=dense"}));
}

TEST_CASE("what has no meaning for experts that are mixed by what they say is refused") {
  const auto refused = [](const char* pair) { return parse_error(minimal, {"swarm.positions=tokens", pair}); };
  CHECK_THAT(refused("merge_space=delta"),
             StartsWith("2: ") && Contains("merge_space is delta with swarm.positions tokens"));
  CHECK_THAT(refused("evaluation.pool=sharded"), StartsWith("2: ") && Contains("evaluation has pool sharded"));
  CHECK_THAT(refused("utility.tasks=[{name: t, type: perplexity, data: t.json}]"),
             StartsWith("2: ") && Contains("task t of type perplexity with swarm.positions tokens"));
  CHECK_THAT(refused("utility.tasks=[{name: t, type: option_likelihood, data: t.json}]"),
             Contains("option_likelihood"));
  CHECK_THAT(refused("swarm.blocks=2"), StartsWith("2: ") && Contains("positions tokens"));
  CHECK_THAT(refused("swarm.velocity=ties"), StartsWith("2: ") && Contains("needs swarm.positions: dense"));
  CHECK_THAT(refused("swarm.mutation={rate: 0.1, sigma: 1}"), Contains("swarm.mutation needs swarm.positions: dense"));
  CHECK(refused("optimiser=cma_es") == "none");
  CHECK(refused("evaluation.adapters=folded") == "none");
}

TEST_CASE("tasks that measure, abstain or are rewarded are read back the same") {
  const std::string head = "model: m\nexperts: [e1, e2]\nutility: {tasks: [{name: t, data: t.json, ";
  for (const char* keys :
       {"type: option_likelihood, normalise: length, continuation: key", "type: option_likelihood", "type: perplexity",
        "type: abstain, check: 'Really: sure?'",
        "type: reward, reward_model: rm, minimum: -2.5, maximum: 7, variant: verbose, reward_chat_template: true"}) {
    INFO(keys);
    const RunConfig config = parse(head + keys + "}]}\n");
    CHECK(config::to_yaml(parse(config::to_yaml(config))) == config::to_yaml(config));
  }
}

TEST_CASE("a search goes on with its judge at another address") {
  const auto hash = [](const std::string& keys) {
    return config::trajectory_hash(
        parse("model: m\nexperts: [e1, e2]\nutility: {tasks: [{name: t, data: t.json, type: judge, " + keys + "}]}\n"));
  };
  const std::string before = hash("url: 'http://a/', model: j");
  CHECK(hash("url_env: HERE, model: j, timeout: 3, concurrency: 2, give_up_after: 9, cache: c") == before);
  CHECK(hash("url: 'http://a/', model: other") != before);
}

TEST_CASE("a configuration file that cannot be read is the user's error") {
  const TempFolder folder;
  CHECK(error_of([&] { config::read_config_text(folder / "missing.yaml"); }).substr(0, 2) == "2:");
  CHECK_THAT(error_of([&] { config::read_config_text(folder.path()); }), StartsWith("2: ") && Contains("a folder"));
}

TEST_CASE("every configuration in configs/ is accepted") {
  const fs::path configs = shoal::testing::source_folder() / "configs";
  int count = 0;
  for (const auto& entry : fs::recursive_directory_iterator(configs)) {
    const bool is_data = entry.path().parent_path().filename() == "data";  // tasks of others
    if (entry.path().extension() != ".yaml" || is_data) continue;
    INFO(entry.path().string());
    CHECK(error_of([&] { config::parse_run_config(config::read_config_text(entry.path()), entry.path(), {}); }) ==
          "none");
    ++count;
  }
  CHECK(count > 0);
}

}  // namespace run_config_test
