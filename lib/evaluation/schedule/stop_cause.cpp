#include "evaluation/schedule/stop_cause.hpp"

#include "comm/agree.hpp"
#include "task/scorer/http_client.hpp"

namespace shoal::evaluation {

StopCause stop_cause_of(const WorkerPool& workers, bool given_up) {
  try {
    workers.finish();
  } catch (const model::Cancelled&) {
    // The answer to our own cancel(), not a failure.
    if (!given_up) throw;
  } catch (const task::ServiceUnavailable& service) {
    return {true, given_up ? "" : service.sentence};
  }
  return {given_up, ""};
}

bool given_up_anywhere(const Evaluator& evaluator, const StopCause& ending) {
  if (!comm::any(evaluator.comm, ending.given_up)) return false;
  for (const std::string& away : evaluator.comm.all_gather(ending.away)) {
    if (!away.empty()) evaluator.warn(away);
  }
  return true;
}

}  // namespace shoal::evaluation
