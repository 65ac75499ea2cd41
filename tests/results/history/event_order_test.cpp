#include "results/history/event_order.hpp"

#include <catch2/catch.hpp>

#include "base/file.hpp"
#include "results/history/history_line.hpp"
#include "results/history/iteration_record_example.hpp"
#include "support/error_of.hpp"
#include "support/temp_folder.hpp"

namespace event_order_test {

using namespace shoal;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using shoal::testing::error_of;
using shoal::testing::TempFolder;

namespace {

/// The history of a search that has taken its evaluations in these orders.
std::string history_of(const swarm::EventOrder& orders) {
  swarm::IterationRecord record = shoal::testing::example_record();
  record.iteration = 0;
  std::string text = results::to_json_line(record, 1.0) + "\n";
  for (const auto& order : orders) {
    ++record.iteration;
    record.order = order;
    text += results::to_json_line(record, 1.0) + "\n";
  }
  return text;
}

swarm::EventOrder read(const std::string& history) {
  const TempFolder folder;
  write_durably(folder / "history.jsonl", history);
  return results::read_event_order(folder / ".", 3);
}

std::string error_in(const std::string& history) {
  return error_of([&] { read(history); });
}

/// Line 2 of such a history with one word replaced.
std::string changed(const std::string& from, const std::string& to) {
  std::string line = history_of({{0, 1, 2}});
  line.erase(0, line.find('\n') + 1);
  const std::size_t place = line.rfind(from);
  return line.replace(place, from.size(), to);
}

}  // namespace

TEST_CASE("the order that a history was written with is read back") {
  const swarm::EventOrder orders{{2, 0, 1}, {0, 1, 2}, {1, 2, 0}};
  CHECK(read(history_of(orders)) == orders);
  CHECK(read(history_of({})).empty());
  CHECK(read("").empty());
}

TEST_CASE("a torn last line is left out") {
  const std::string history = history_of({{2, 0, 1}, {0, 1, 2}});
  CHECK(read(history.substr(0, history.size() - 1)) == swarm::EventOrder{{2, 0, 1}});
}

TEST_CASE("an order that does not name every particle once is refused by its line") {
  for (const std::vector<int>& wrong : {std::vector{0, 1}, {0, 1, 1}, {0, 1, 3}, {0, 1, 2, 2}, {-1, 0, 1}}) {
    CHECK_THAT(error_in(history_of({{0, 1, 2}, wrong})),
               StartsWith("3: swarm.event_order: ") && Contains("line 3 has an order that does not name each of 3"));
  }
}

TEST_CASE("a history of a synchronous search, damaged lines and missing files are refused") {
  CHECK_THAT(error_in(history_of({{}})), Contains("line 2 has no order (the search was not asynchronous)"));
  CHECK_THAT(error_in("{}\nnonsense\n"), Contains("line 2 is damaged"));
  CHECK_THAT(error_in("{}\n[1]\n"), Contains("line 2 is damaged"));
  CHECK_THAT(error_in("{}\n" + changed("{\"iteration\": 1", "{\"iteration\": 5")), Contains("line 2 is damaged"));
  for (const std::string wrong : {"\"0\"", "1e99", "0.5"}) {
    CHECK_THAT(error_in("{}\n" + changed("[0,", "[" + wrong + ",")),
               Contains("line 2 is damaged") && Contains("is no whole number"));
  }
  CHECK_THAT(error_of([] { results::read_event_order("/nowhere", 3); }),
             StartsWith("3: ") && Contains("not a run folder"));
}

}  // namespace event_order_test
