#include "task/scorer/command_scorer.hpp"

#include "base/error.hpp"
#include "base/program.hpp"
#include "task/scorer/http_client.hpp"
#include "task/scorer/score_protocol.hpp"

namespace shoal::task {
namespace {

/// The last words of what a program complained about.
std::string complaint(const std::string& errors) {
  const std::size_t end = errors.find_last_not_of(" \n\r\t");
  if (end == errors.npos) return "it said nothing";
  const std::size_t begin = errors.rfind('\n', end);
  return errors.substr(begin == errors.npos ? 0 : begin + 1, end - (begin == errors.npos ? 0 : begin + 1) + 1);
}

}  // namespace

CommandScorer::CommandScorer(std::string task, const ServiceConfig& config) : task_(std::move(task)), config_(config) {}

std::vector<std::optional<double>> CommandScorer::score(std::span<const Answer> answers,
                                                        const std::function<bool()>& cancelled) const {
  ProgramLimits limits;
  limits.seconds = config_.timeout;
  limits.memory = config_.memory;
  limits.cancelled = cancelled;
  const ProgramResult result = run_program(config_.command, to_request(task_, answers) + "\n", limits);
  const std::string& program = config_.command.front();
  if (result.stopped == Stopped::cancelled)
    throw ServiceUnavailable{"the search was told to stop while it waited for a command"};
  if (result.stopped == Stopped::time) {
    fail(ExitCode::service, "{} takes longer than {} s for {} answers (task {}). Raise timeout.", program,
         config_.timeout, answers.size(), task_);
  }
  if (result.exit_code != 0) {
    fail(ExitCode::service, "{} ends with exit code {} (task {}: {}). Check it.", program, result.exit_code, task_,
         complaint(result.errors));
  }
  return scores_in(result.output, answers.size(), fmt::format("{} (task {})", program, task_));
}

}  // namespace shoal::task
