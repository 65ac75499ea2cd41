#include "config/lm_eval/scoring.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>

namespace scoring_test {

using namespace shoal;
using Catch::Matchers::Contains;
using Catch::Matchers::Equals;

namespace {

config::LmEvalScoring written(const std::string& keys) {
  return config::lm_eval_scoring(YAML::Load("{" + keys + "}"), true);
}
config::LmEvalScoring measured(const std::string& keys) {
  return config::lm_eval_scoring(YAML::Load("{" + keys + "}"), false);
}
std::string notes(const config::LmEvalScoring& scoring) { return fmt::format("{}", fmt::join(scoring.notes, "\n")); }

}  // namespace

TEST_CASE("answers are as long as lm-eval's, decoded greedily") {
  CHECK(written("").max_new_tokens == 256);
  CHECK(written("generation_kwargs: {max_gen_toks: 7}").max_new_tokens == 7);
  CHECK(written("generation_kwargs: {do_sample: false, temperature: 0.0, top_p: 1}").notes.size() == 1);  // exact_match
  const std::string sampled = notes(written("generation_kwargs: {until: [x], temperature: 0.7, do_sample: true}"));
  for (const char* part : {"until is not", "temperature is not", "do_sample is not"})
    CHECK_THAT(sampled, Contains(part));
}

TEST_CASE("acc_norm alone means that lengths count") {
  CHECK(measured("metric_list: [{metric: acc_norm}]").by_length);
  CHECK_FALSE(measured("metric_list: [{metric: acc}]").by_length);
  const auto both = measured("metric_list: [{metric: acc}, {metric: acc_norm}, {metric: f1}]");
  CHECK_FALSE(both.by_length);
  CHECK_THAT(notes(both), Contains("goes by acc;") && Contains("metric f1 is not"));
}

TEST_CASE("options of metrics, filters and worked examples are named") {
  const std::string text = notes(written(
      "metric_list: [{metric: exact_match, ignore_case: true, ignore_punctuation: false, regexes_to_ignore: [x]}], "
      "filter_list: [{name: a, filter: [{function: regex}, {function: take_first}]}], num_fewshot: 5"));
  for (const char* part :
       {"metric_list.ignore_case", "metric_list.regexes_to_ignore", "filter_list (regex)", "num_fewshot is 5"}) {
    CHECK_THAT(text, Contains(part));
  }
  CHECK_THAT(text, !Contains("punctuation"));
}

TEST_CASE("what is as it is here needs no words") {
  CHECK_THAT(notes(measured("metric_list: [{metric: acc, aggregation: mean, higher_is_better: true}], num_fewshot: 0, "
                            "filter_list: [{filter: [{function: take_first}]}]")),
             Equals(""));
}

}  // namespace scoring_test
