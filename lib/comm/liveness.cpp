#include "comm/liveness.hpp"

namespace shoal::comm {

const char* name_of(Phase phase) {
  switch (phase) {
    case Phase::starting:
      return "starting";
    case Phase::loading:
      return "loading";
    case Phase::evaluating:
      return "evaluating";
    case Phase::exchange:
      return "exchange";
    case Phase::update:
      return "update";
    case Phase::checkpoint:
      return "checkpoint";
    case Phase::final_scores:
      return "final scores";
    case Phase::ending:
      return "ending";
  }
  return "unknown";
}

}  // namespace shoal::comm
