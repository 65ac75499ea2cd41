#include "evaluation/chunk/chunk_evaluation.hpp"

#include <map>
#include <utility>

#include "model/decoding/batch_parts.hpp"
#include "model/decoding/likelihood.hpp"
#include "task/self_check.hpp"

namespace shoal::evaluation {

model::GenerationOptions options_of(const ExamSetup& setup) {
  return {setup.evaluator.options.prefix_sharing, &setup.cancelled, &setup.evaluator.comm.liveness().counter()};
}

namespace {

std::vector<model::GenerationResult> generate_all(const ExamSetup& setup,
                                                  std::span<const model::GenerationGroup> groups) {
  return model::generate_in_parts(groups, setup.most_tokens,
                                  [&](const auto part) { return model::generate_together(part, options_of(setup)); });
}

}  // namespace

ChunkEvaluation::ChunkEvaluation(const ExamSetup& setup, const model::ModelVariant& variant, const ItemList& block,
                                 Answerer answerer)
    : setup_(setup), variant_(variant), block_(block), answerer_(std::move(answerer)), results_(block.size()) {}

void ChunkEvaluation::finish(model::GenerationResult answers) {
  take_answers(std::move(answers));
  measure(places_where([&](std::size_t place) { return !item(place).continuations.empty(); }));
  score_answers(answered_);
  question_answers(places_where([&](std::size_t place) { return !item(place).checks.empty(); }));
}

ChunkEvaluation::Places ChunkEvaluation::places_where(const std::function<bool(std::size_t)>& holds) const {
  Places places;
  for (std::size_t place = 0; place < block_.size(); ++place) {
    if (holds(place)) places.push_back(place);
  }
  return places;
}

std::vector<model::Generation> ChunkEvaluation::generate(std::span<const model::GenerationRequest> requests) {
  const model::GenerationGroup group{&variant_, requests};
  model::GenerationResult result =
      is_answered_for() ? answerer_(requests) : std::move(generate_all(setup_, {&group, 1}).front());
  counts_ += result.counts;
  return std::move(result.generations);
}

model::GenerationGroup ChunkEvaluation::questions() {
  answered_ = places_where([&](std::size_t place) { return item(place).continuations.empty(); });
  for (const std::size_t place : answered_) {
    model::GenerationRequest& request = questions_.emplace_back();
    request.prompt = item(place).prompt;
    request.max_new_tokens = task(place).max_new_tokens();
    if (setup_.evaluator.options.early_exit == EarlyExit::off) continue;
    request.settled = [this, place](std::span<const std::int32_t> ids) {
      return task(place).settled(setup_.workload.split, item(place).example, setup_.evaluator.tokenizer.decode(ids));
    };
  }
  return {&variant_, questions_};
}

void ChunkEvaluation::take_answers(model::GenerationResult answers) {
  counts_ += answers.counts;
  for (std::size_t i = 0; i < answered_.size(); ++i) {
    ItemResult& result = results_[answered_[i]];
    result.output_ids = std::move(answers.generations[i].output_ids);
    result.output = setup_.evaluator.tokenizer.decode(result.output_ids);
  }
}

void ChunkEvaluation::measure(const Places& places) {
  std::vector<model::LikelihoodRequest> requests;
  for (const std::size_t place : places) {
    for (const TokenIds& text : item(place).continuations) requests.push_back({item(place).prompt, text});
  }
  const auto measured = model::measure_in_parts(variant_, requests, options_of(setup_), setup_.most_tokens);
  counts_ += measured.counts;
  std::span<const model::Likelihood> rest = measured.likelihoods;
  for (const std::size_t place : places) {
    const std::size_t texts = item(place).continuations.size();
    results_[place].outcome = task(place).outcome(setup_.workload.split, item(place).example, rest.first(texts));
    rest = rest.subspan(texts);
  }
}

// Each task is asked once for all its answers in the block.
void ChunkEvaluation::score_answers(const Places& places) {
  std::map<std::size_t, Places> by_task;
  for (const std::size_t place : places) by_task[item(place).task].push_back(place);
  for (const auto& [number, its_places] : by_task) score_task(number, its_places);
}

void ChunkEvaluation::score_task(std::size_t number, const Places& places) {
  std::vector<std::size_t> examples;
  std::vector<task::Output> outputs;
  for (const std::size_t place : places) {
    examples.push_back(item(place).example);
    outputs.push_back({results_[place].output, results_[place].output_ids.size()});
  }
  const auto cancelled = [this] {
    setup_.evaluator.comm.liveness().beat();  // waiting for a service is no standstill
    return setup_.cancelled.load();
  };
  auto outcomes = setup_.evaluator.tasks[number].score_all(setup_.workload.split, examples, outputs, cancelled);
  for (std::size_t i = 0; i < places.size(); ++i) results_[places[i]].outcome = std::move(outcomes[i]);
}

// Answers from which no option could be read are no answers: there is nothing to ask about.
void ChunkEvaluation::question_answers(const Places& places) {
  Places asked;
  std::vector<model::GenerationRequest> requests;
  for (const std::size_t place : places) {
    const auto chosen = task(place).chosen(setup_.workload.split, item(place).example, results_[place].output);
    if (!chosen) continue;
    asked.push_back(place);
    model::GenerationRequest& request = requests.emplace_back();
    request.prompt = item(place).checks[*chosen];
    request.max_new_tokens = task(place).max_new_tokens();
    if (setup_.evaluator.options.early_exit == EarlyExit::off) continue;
    request.settled = [this](std::span<const std::int32_t> ids) {
      return task::verdict_settled(setup_.evaluator.tokenizer.decode(ids));
    };
  }
  const auto replies = generate(requests);
  for (std::size_t i = 0; i < asked.size(); ++i) {
    task::Outcome& outcome = results_[asked[i]].outcome;
    outcome = task::checked(std::move(outcome), setup_.evaluator.tokenizer.decode(replies[i].output_ids));
  }
}

void examine_together(const ExamSetup& setup, std::span<const std::unique_ptr<ChunkEvaluation>> exams) {
  std::vector<model::GenerationGroup> groups;
  for (const auto& exam : exams) {
    groups.push_back(exam->questions());
    if (exam->is_answered_for()) groups.back().requests = {};
  }
  auto answers = generate_all(setup, groups);
  for (std::size_t i = 0; i < exams.size(); ++i) {
    exams[i]->finish(exams[i]->is_answered_for() ? exams[i]->answered() : std::move(answers[i]));
  }
}

}  // namespace shoal::evaluation
