#include "report/report.hpp"

#include <catch2/catch.hpp>
#include <regex>
#include <set>

#include "base/error.hpp"
#include "report/run_folder_example.hpp"

namespace report_test {

using namespace shoal;
using namespace shoal::report;
using shoal::testing::Json;
using shoal::testing::RunFolder;

namespace {

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string without_style(const std::string& page) {
  return std::regex_replace(page, std::regex("<style>[^<]*</style>"), "");
}

// The first tag that is closed in the wrong order or not at all; "" for a well-formed page.
std::string first_unbalanced(const std::string& page) {
  const std::set<std::string> never_closed = {"meta", "br", "!DOCTYPE"};
  const std::regex tag("<(/?)([!A-Za-z][A-Za-z0-9]*)((?:[^<>\"]|\"[^\"<]*\")*)>");
  std::vector<std::string> open;
  for (std::sregex_iterator at(page.begin(), page.end(), tag), end; at != end; ++at) {
    const std::string name = (*at)[2];
    const std::string rest = (*at)[3];
    if (never_closed.contains(name) || (!rest.empty() && rest.back() == '/')) continue;
    if ((*at)[1].length() == 0) {
      open.push_back(name);
    } else if (open.empty() || open.back() != name) {
      return "</" + name + ">";
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? "" : "<" + open.back() + ">";
}

std::size_t position_of(const std::string& page, const std::string& heading) {
  const std::size_t at = page.find(heading);
  INFO(heading);
  CHECK(at != std::string::npos);
  return at;
}

}  // namespace

TEST_CASE("the page holds all sections in order, well-formed") {
  const RunFolder run;
  const std::string page = render_report(run.write());
  std::size_t last = 0;
  for (const char* heading :
       {"<h1>demo</h1>", "class=\"headline good\"", "<dl class=\"facts\"", "<h2>Results</h2>", "<h2>The search</h2>",
        "<h2>What the swarm mixed</h2>", "<h2>Movement</h2>", "<h2>Notes</h2>", "<h2>Provenance</h2>"}) {
    const std::size_t at = position_of(page, heading);
    CHECK(at > last);
    last = at;
  }
  CHECK(first_unbalanced(without_style(page)).empty());
}

TEST_CASE("the page needs nothing from outside and runs nothing") {
  const RunFolder run;
  const std::string page = render_report(run.write());
  for (const char* foreign :
       {"<script", "<link", "<img", "<iframe", "src=", "href=", "url(", "@import", "http:", "https:"}) {
    INFO(foreign);
    CHECK_FALSE(contains(page, foreign));
  }
}

TEST_CASE("the page is light and dark, and can be printed") {
  const RunFolder run;
  const std::string page = render_report(run.write());
  CHECK(contains(page, "prefers-color-scheme: dark"));
  CHECK(contains(page, "@media print"));
}

TEST_CASE("every image has a description or is hidden from screen readers") {
  const RunFolder run;
  const std::string page = render_report(run.write());
  const std::regex image("<svg[^>]*>");
  std::size_t images = 0;
  for (std::sregex_iterator at(page.begin(), page.end(), image), end; at != end; ++at, ++images) {
    INFO(at->str());
    CHECK((contains(at->str(), "aria-label=\"") || contains(at->str(), "aria-hidden=\"true\"")));
  }
  CHECK(images > 5);
}

TEST_CASE("the key figures are those of result.json") {
  const RunFolder run;
  const std::string page = render_report(run.write());
  CHECK(contains(page, "<dd>1,234<small>+ 0 validation, 4 final</small>"));
  CHECK(contains(page, "<dd>2 min 05 s<small>search 1 min 30 s</small>"));
  CHECK(contains(page, "no gain for patience iterations"));
  CHECK(contains(page, "float32"));
  CHECK(contains(page, "<dd>1.0 GiB"));
  CHECK_FALSE(contains(page, "GPU-hours"));
}

TEST_CASE("the results mark the best single expert and say how the swarm stands against each row") {
  RunFolder run;
  run.result["baselines"][0]["versus_best"]["difference"] = -0.3;
  const std::string page = render_report(run.write());
  CHECK(contains(page, "<th scope=\"row\">adder <span class=\"badge\">best single</span></th>"));
  CHECK_FALSE(contains(page, "speller <span class=\"badge\">"));
  CHECK(contains(page, "swarm better"));
  CHECK(contains(page, "swarm worse"));
}

TEST_CASE("tasks get columns while there are few, and always a table behind the fold") {
  RunFolder run;
  CHECK(contains(render_report(run.write()), "sums<small>test</small>"));
  for (int task = 0; task < 5; ++task) {
    const std::string name = "task" + std::to_string(task);
    run.result["best"]["test"]["tasks"][name] = run.result["best"]["test"]["tasks"]["sums"];
  }
  const std::string page = render_report(run.write());
  CHECK_FALSE(contains(page, "task3<small>test</small>"));
  CHECK(contains(page, "<td>task3</td><td class=\"num\">–</td>"));  // known on test only
}

TEST_CASE("restarted, stale and pruned particles have marks, explained only where they occur") {
  RunFolder run;
  CHECK_FALSE(contains(render_report(run.write()), "restarted from its best"));
  run.history[2]["particles"][0]["restarted"] = true;
  run.history[2]["particles"][1]["stale"] = true;
  run.history[2]["particles"][2]["bounds"] = {0.6, 0.7};
  const std::string page = render_report(run.write());
  CHECK(contains(page, "particle 0, iteration 2: 0.750, restarted"));
  CHECK(contains(page, "particle 1, iteration 2: 0.650, not evaluated here"));
  CHECK(contains(page, "particle 2, iteration 2: at most 0.700"));
  CHECK(contains(page, "restarted from its best"));
  CHECK(contains(page, "not evaluated (earlier value)"));
  CHECK(contains(page, "cut short"));
}

TEST_CASE("the weights are those of the winner, largest first") {
  const RunFolder run;
  const std::string page = render_report(run.write());
  CHECK(position_of(page, "<title>adder: +1.250</title>") < position_of(page, "<title>speller: −0.250</title>"));
  CHECK(contains(page, "reached by particle 2 in iteration 1"));
}

TEST_CASE("the weights of several blocks are their means") {
  RunFolder run;
  for (Json& line : run.history) {
    for (Json& particle : line["particles"]) particle["position"] = Json{{1.0, 0.0}, {0.5, 0.5}};
  }
  run.result["best"]["position"] = Json{{1.0, 0.0}, {0.5, 0.5}};
  const std::string page = render_report(run.write());
  CHECK(contains(page, "<title>adder: +0.750</title>"));
  CHECK(contains(page, "Means over 2 blocks of layers"));
}

TEST_CASE("notes tell how the winner was chosen") {
  RunFolder run;
  CHECK(contains(render_report(run.write()), "The winner is the global best of the search itself (0.812"));
  run.result["best"]["validation_utility"] = 0.75;
  CHECK(contains(render_report(run.write()), "chosen on 25 % of dev that the search never saw: 0.750 there"));
}

TEST_CASE("notes warn of leaks, many searches, unreadable answers and values that are not finite") {
  RunFolder run;
  CHECK_FALSE(contains(render_report(run.write()), "<li class=\"warning\">"));
  run.result["leaks"] = Json::array({{{"task", "sums"}, {"questions", 3}, {"questions_and_answers", 1}}});
  run.result["searches"] = 8;
  run.result["experts"][1]["test"]["tasks"]["words"]["parse_failure_rate"] = 0.04;
  run.history[1]["particles"][1]["utility"] = nullptr;
  const std::string page = render_report(run.write());
  CHECK(contains(page,
                 "<li class=\"warning\">Task sums: 3 test questions are also in dev, 1 of them with the same answer."));
  CHECK(contains(page, "best of 8 searches"));
  CHECK(contains(page, "speller on words 4.0 %"));
  CHECK(contains(page, "1 evaluation gave a utility that was not finite"));
  CHECK_FALSE(std::regex_search(page, std::regex("\\bnan\\b")));
}

TEST_CASE("what a task measures beside its mean stands in the table of tasks, if anything") {
  RunFolder run;
  CHECK_FALSE(contains(render_report(run.write()), "Also<small>test"));
  run.result["best"]["test"]["tasks"]["sums"]["measures"] = {{"effective_reliability", 0.25}, {"answered", nullptr}};
  const std::string page = render_report(run.write());
  CHECK(contains(page, "Also<small>test"));
  CHECK(contains(page, "answered –, effective reliability 0.25"));
}

TEST_CASE("configuration, versions and hashes are folded in at the end") {
  const RunFolder run;
  const std::string page = render_report(run.write());
  CHECK(contains(page, "swarm:\n  particles: 3\n"));
  CHECK(contains(page, "<dt>compiler</dt><dd>GCC 12</dd>"));
  CHECK(contains(page, "<dt>command line</dt><dd>shoal run demo.yaml</dd>"));
  CHECK_FALSE(contains(page, "<dt>job</dt>"));
  CHECK(contains(page, "<code>0123abcd</code>"));
}

TEST_CASE("no string of a run folder can become markup") {
  RunFolder run;
  const std::string evil = "\"><script>alert('x')</script>&<b>";
  for (const char* key : {"name", "model", "merge_space", "dtype", "stop_reason"}) run.result[key] = evil;
  for (const char* key : {"name", "version", "host", "git_revision", "started", "dtype"}) run.run[key] = evil;
  run.run["experts"] = {evil, "speller"};
  run.run["config"] = {{evil, evil}};
  run.run["inputs"] = Json::array({{{"path", evil}, {"sha256", evil}}});
  run.run["command_line"] = {evil};
  run.run["build"] = {{evil, evil}};
  run.result["experts"][0]["name"] = evil;
  run.result["best_single"] = evil;
  run.result["baselines"][0]["name"] = evil;
  run.result["baselines"][0]["versus_best"]["difference"] = 0.0;
  run.result["best"]["name"] = evil;
  for (const char* part : {"dev", "test"}) {
    Json& tasks = run.result["best"][part]["tasks"];
    tasks[evil] = tasks["sums"];
    tasks[evil]["parse_failure_rate"] = 0.5;
  }
  run.result["leaks"] = Json::array({{{"task", evil}, {"questions", 1}, {"questions_and_answers", 1}}});
  run.write();
  for (const std::string& page : {render_report(run.folder()), render_comparison(std::vector{run.folder()}),
                                  render_comparison(std::vector{run.folder(), run.folder()})}) {
    CHECK_FALSE(contains(page, "<script"));
    CHECK_FALSE(contains(page, "<b>"));
    CHECK(first_unbalanced(without_style(page)).empty());
  }
}

TEST_CASE("a run that has not ended has a page without results") {
  RunFolder run;
  run.result = nullptr;
  const std::string page = render_report(run.write());
  CHECK(contains(page, "The search has not ended."));
  CHECK_FALSE(contains(page, "<h2>Results</h2>"));
  CHECK(contains(page, "<dd>9<small>so far</small>"));
  CHECK(contains(page, "The best position, reached by particle 2 in iteration 1."));
  CHECK(first_unbalanced(without_style(page)).empty());
}

TEST_CASE("a run with iteration 0 alone has a page") {
  RunFolder run;
  run.result = nullptr;
  run.run = nullptr;
  run.history.resize(1);
  const std::string page = render_report(run.write());
  CHECK_FALSE(std::regex_search(page, std::regex("\\bnan\\b")));
  CHECK(contains(page, "There is no run.json"));
}

TEST_CASE("a very long run is drawn without a mark for every particle") {
  RunFolder run;
  run.result = nullptr;
  for (int k = 3; k < 1400; ++k) {
    run.history.push_back(run.history[2]);
    run.history.back()["iteration"] = k;
  }
  const std::string page = render_report(run.write());
  CHECK_FALSE(contains(page, "particle 1, iteration 2:"));
  CHECK(contains(page, "new global best: particle 2, iteration 1, 0.812"));
}

TEST_CASE("a missing folder and a damaged history are input errors") {
  const RunFolder run;
  run.write_file("history.jsonl", "not json\n");
  for (const auto& folder : {run.folder(), run.folder() / "missing"}) {
    try {
      render_report(folder);
      FAIL("no error for " << folder);
    } catch (const Error& error) {
      CHECK(error.code() == ExitCode::input);
    }
  }
}

TEST_CASE("a comparison has a row and a curve for each run, finished or not") {
  RunFolder first;
  RunFolder second;
  second.result = nullptr;
  const std::vector<std::filesystem::path> folders = {first.write(), second.write()};

  const std::string page = render_comparison(folders);

  CHECK(contains(page, "<h1>2 runs compared</h1>"));
  CHECK(contains(page, "not ended"));
  CHECK(contains(page, "no gain for patience iterations"));
  CHECK(contains(page, "best of 2 searches"));
  CHECK(contains(page, "class=\"line series-0\""));
  CHECK(contains(page, "class=\"line series-1\""));
  CHECK(first_unbalanced(without_style(page)).empty());
  // Both runs are called "demo": then their folders tell them apart.
  CHECK(contains(page, "</span>" + first.folder().string()));
  CHECK(contains(page, "</span>" + second.folder().string()));
}

TEST_CASE("a comparison of nothing is a usage error") {
  CHECK_THROWS_WITH(render_comparison({}), Catch::Contains("needs run folders"));
}

TEST_CASE("a search without steps has no curve of the step length") {
  RunFolder run;
  CHECK(contains(render_report(run.write()), "λ, the part of its velocity"));
  for (auto& line : run.history) line["step_length"] = nullptr;
  const std::string page = render_report(run.write());
  CHECK_FALSE(contains(page, "λ, the part of its velocity"));
  CHECK(first_unbalanced(without_style(page)).empty());
}

TEST_CASE("the table shows the ensemble, and the facts what it has cost to find baselines") {
  RunFolder run;
  run.result["ensemble"] = shoal::testing::row("ensemble", {}, 0.7, 0.1);
  run.result["baseline_evaluations"] = 23;
  const std::string page = report::render_report(run.write());
  CHECK(contains(page, "ensemble of personal bests"));
  CHECK(contains(page, "+ 0 validation, 4 final, 23 to find baselines"));
}

}  // namespace report_test
