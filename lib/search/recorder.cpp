#include "search/recorder.hpp"

#include <cmath>

#include "base/error.hpp"
#include "base/file.hpp"
#include "checkpoint/dense_reader.hpp"
#include "checkpoint/state_image.hpp"
#include "comm/agree.hpp"
#include "results/history/history_line.hpp"
#include "results/history/metrics.hpp"

namespace shoal::search {
namespace {

namespace fs = std::filesystem;

void remove_files(const fs::path& folder) {
  for (const char* name :
       {"history.jsonl", "metrics.csv", "examples.h5", "final_scores.h5", "result.json", "report.html", "run.json"}) {
    std::error_code error;
    fs::remove(folder / name, error);
  }
  std::error_code error;
  fs::remove_all(folder / "best", error);
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().filename().string().starts_with("events.out.tfevents.")) fs::remove(entry.path(), error);
  }
}

/// What killed processes have left half-written: NAME.tmp-PID-COUNT, and .tmp-NAME. The lock says that nobody needs it.
void remove_temporaries(const fs::path& folder) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    const auto at = name.rfind(".tmp-");
    const bool process = at != name.npos && name.find_first_not_of("-0123456789", at + 5) == name.npos;
    if (process || at == 0) fs::remove_all(entry.path(), error);
  }
}

/// Iterations of which every evaluation was cut short have no mean and no lowest utility.
std::string utility_text(double utility) { return std::isfinite(utility) ? fmt::format("{:.4f}", utility) : "–"; }

}  // namespace

Recorder::Recorder(const comm::Communicator& comm, const config::RunConfig& config, std::shared_ptr<spdlog::logger> log)
    : comm_(comm),
      folder_(config.output.run_dir),
      log_(std::move(log)),
      checkpoints_(folder_, config::trajectory_hash(config), config.output.keep,
                   [this](const std::string& text) { log_->warn(text); }),
      history_(folder_ / "history.jsonl"),
      metrics_(folder_ / "metrics.csv"),
      examples_(folder_ / "examples.h5"),
      rank_files_(comm.rank(), comm.size(), config.output.keep) {
  on_rank_0([&] {
    lock_.emplace(folder_);
    for (const fs::path& folder : {folder_, folder_ / "best"}) remove_temporaries(folder);
  });
}

void Recorder::on_rank_0(const std::function<void()>& work) const {
  comm::agree(comm_, [&] {
    if (comm_.rank() == 0) work();
  });
}

std::optional<checkpoint::Checkpoint> Recorder::resume(ResumePolicy policy) {
  std::optional<checkpoint::Checkpoint> found;
  std::string message;  // state and seconds, for the other ranks; empty: nothing to resume
  on_rank_0([&] {
    if (policy != ResumePolicy::never) found = checkpoints_.newest_valid();
    if (!found && policy == ResumePolicy::require) {
      fail(ExitCode::input,
           "run folder {} has no valid checkpoint (--resume require). Use --resume auto to start anew.",
           folder_.string());
    }
    if (found) {
      cut_back(found->state.iteration);
      message = checkpoint::encode(found->state);
    } else {
      start_anew();
    }
    events_.emplace(folder_);
  });
  message = comm_.broadcast(message);
  if (message.empty()) return std::nullopt;
  if (!found) found = checkpoint::Checkpoint{checkpoint::decode(message, "the checkpoint from rank 0"), 0.0};
  return found;
}

void Recorder::start_anew() {
  checkpoints_.clear();
  remove_files(folder_);
  metrics_.append(results::csv_header());
}

void Recorder::cut_back(int iteration) {
  const auto lines = static_cast<std::size_t>(iteration) + 1;
  history_.truncate(lines);
  metrics_.truncate(lines + 1);
  if (!examples_.load(iteration)) log_->warn("examples.h5 was damaged: the scores before this part are lost");
}

void Recorder::record(const swarm::IterationRecord& record, const std::vector<int>& ids,
                      const std::vector<swarm::Evaluation>& evaluations, double seconds) {
  on_rank_0([&] {
    writer_.check();
    history_.append(results::to_json_line(record, seconds));
    const results::Metrics metrics = results::metrics_of(record, seconds);
    metrics_.append(results::to_csv(metrics));
    events_->add(record.iteration, {{"utility/best", metrics.best},
                                    {"utility/mean", metrics.mean},
                                    {"utility/lowest", metrics.lowest},
                                    {"swarm/spread", metrics.spread},
                                    {"swarm/step_length", metrics.step_length}});
    for (std::size_t j = 0; j < ids.size(); ++j) examples_.add(record.iteration, ids[j], evaluations[j].scores);
    log_->info("iteration {:>3}  best {}  mean {}  lowest {}  spread {:.3f}  evaluated {} ({} examples)  {:.1f} s",
               metrics.iteration, utility_text(metrics.best), utility_text(metrics.mean), utility_text(metrics.lowest),
               metrics.spread, metrics.evaluated, metrics.examples, seconds);
  });
}

void Recorder::checkpoint(const swarm::SwarmState& state, double search_seconds, const swarm::DenseSwarm* dense) {
  if (dense != nullptr) return checkpoint_dense(state, search_seconds, *dense);
  on_rank_0([&] { start_writing(state, search_seconds); });
}

// The images are the snapshot: the search may change everything else while they are written. HDF5 stays on this thread.
void Recorder::start_writing(const swarm::SwarmState& state, double search_seconds) {
  writer_.start([this, image = checkpoint::image_of(state, search_seconds), examples = examples_.image()] {
    history_.sync();
    metrics_.sync();
    examples_.save(examples);
    if (!pending_) return checkpoints_.write(image);
    checkpoints_.write(image, rank_files_.write());
    pending_->seconds = pending_->since.seconds();
  });
}

// A snapshot of gigabytes would cost as much as writing them. None is needed: weight vectors change twice in an
// iteration, when it is over and when particles move, and the search begins here just after that.
void Recorder::checkpoint_dense(const swarm::SwarmState& state, double search_seconds, const swarm::DenseSwarm& dense) {
  flush();
  const Stopwatch watch;
  on_rank_0([&] { checkpoints_.prepare(state.iteration); });
  comm::agree(comm_, [&] { rank_files_.lay_out(checkpoints_.temporary_folder(state.iteration), state, dense); });
  pending_.emplace(Pending{state.iteration, watch, 0.0});
  comm::agree(comm_, [&] {
    if (comm_.rank() == 0) return start_writing(state, search_seconds);
    writer_.start([this] { rank_files_.write(); });
  });
  pending_->waited = watch.seconds();
}

void Recorder::load(const swarm::SwarmState& state, swarm::DenseSwarm& dense) {
  comm::agree(comm_, [&] {
    const checkpoint::DenseFiles files{checkpoints_.folder_of(state.iteration),
                                       checkpoints_.rank_files(state.iteration),
                                       static_cast<int>(state.particles.size())};
    if (files.files.empty()) {
      fail(ExitCode::input, "{} lists no weight vectors (swarm.positions is dense). Start anew with --resume never.",
           (checkpoints_.folder_of(state.iteration) / "manifest.json").string());
    }
    checkpoint::read_dense(files, state, dense);
  });
}

void Recorder::flush() {
  const Stopwatch watch;
  const bool first = comm_.rank() == 0;
  try {
    // Rank 0's thread waits for the files of all: first it is settled that they will come.
    comm::agree(comm_, [&] {
      if (!first) writer_.wait();
    });
    comm::agree(comm_, [&] {
      if (first) writer_.wait();
    });
  } catch (const Error&) {
    give_up();
    throw;
  }
  if (!pending_) return;
  pending_->waited += watch.seconds();
  take_over_dense();
}

void Recorder::take_over_dense() {
  rank_files_.published(checkpoints_.folder_of(pending_->iteration));
  log_->info("checkpoint after iteration {}: {:.1f} MB by rank 0 in {:.3f} s, of which the search waited {:.3f} s",
             pending_->iteration, static_cast<double>(rank_files_.bytes()) / 1e6, pending_->seconds, pending_->waited);
  pending_.reset();
}

/// No rank writes any more once this returns on it.
void Recorder::give_up() {
  using namespace std::chrono_literals;
  rank_files_.give_up(0ms);
  try {
    writer_.wait();
  } catch (const std::exception&) {  // another rank's is told
  }
  const bool half_a_checkpoint = comm_.rank() == 0 && pending_.has_value();
  if (half_a_checkpoint) checkpoints_.abandon();  // it would keep a full disk full
  pending_.reset();
}

Recorder::~Recorder() {
  using namespace std::chrono_literals;
  rank_files_.give_up(30s);  // ranks that write have no reason to take longer once the search is over
}

void Recorder::write(const std::string& name, const std::string& text) {
  on_rank_0([&] { write_atomically(folder_ / name, text); });
}

}  // namespace shoal::search
