#include "search/recorder.hpp"

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "comm/agree.hpp"
#include "io/dense_file.hpp"
#include "io/metrics.hpp"
#include "io/state_image.hpp"

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

}  // namespace

Recorder::Recorder(const comm::Communicator& comm, const io::RunConfig& config, std::shared_ptr<spdlog::logger> log)
    : comm_(comm),
      folder_(config.output.run_dir),
      log_(std::move(log)),
      checkpoints_(folder_, io::trajectory_hash(config), config.output.keep,
                   [this](const std::string& text) { log_->warn(text); }),
      history_(folder_ / "history.jsonl"),
      metrics_(folder_ / "metrics.csv"),
      examples_(folder_ / "examples.h5") {
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

std::optional<io::Checkpoint> Recorder::resume(ResumePolicy policy) {
  std::optional<io::Checkpoint> found;
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
      message = io::encode(found->state);
    } else {
      start_anew();
    }
    events_.emplace(folder_);
  });
  message = comm_.broadcast(message);
  if (message.empty()) return std::nullopt;
  if (!found) found = io::Checkpoint{io::decode(message, "the checkpoint from rank 0"), 0.0};
  return found;
}

void Recorder::start_anew() {
  checkpoints_.clear();
  remove_files(folder_);
  metrics_.append(io::csv_header());
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
    history_.append(io::to_json_line(record, seconds));
    const io::Metrics metrics = io::metrics_of(record, seconds);
    metrics_.append(io::to_csv(metrics));
    events_->add(record.iteration, {{"utility/best", metrics.best},
                                    {"utility/mean", metrics.mean},
                                    {"utility/lowest", metrics.lowest},
                                    {"swarm/spread", metrics.spread},
                                    {"swarm/step_length", metrics.step_length}});
    for (std::size_t j = 0; j < ids.size(); ++j) examples_.add(record.iteration, ids[j], evaluations[j].scores);
    log_->info(
        "iteration {:>3}  best {:.4f}  mean {:.4f}  lowest {:.4f}  spread {:.3f}  evaluated {} ({} examples)  {:.1f} s",
        metrics.iteration, metrics.best, metrics.mean, metrics.lowest, metrics.spread, metrics.evaluated,
        metrics.examples, seconds);
  });
}

void Recorder::checkpoint(const swarm::SwarmState& state, double search_seconds, const swarm::DenseSwarm* dense) {
  if (dense != nullptr) return checkpoint_dense(state, search_seconds, *dense);
  // The images are the snapshot: the search may change everything else while they are written. HDF5 stays on this
  // thread.
  on_rank_0([&] {
    writer_.start([this, image = io::image_of(state, search_seconds), examples = examples_.image()] {
      history_.sync();
      metrics_.sync();
      examples_.save(examples);
      checkpoints_.write(image);
    });
  });
}

/// A snapshot of gigabytes would cost as much as writing them: the search waits.
void Recorder::checkpoint_dense(const swarm::SwarmState& state, double search_seconds, const swarm::DenseSwarm& dense) {
  const Stopwatch watch;
  on_rank_0([&] {
    history_.sync();
    metrics_.sync();
    examples_.save(examples_.image());
    checkpoints_.prepare(state.iteration);
  });
  const auto rank_files = write_rank_files(state.iteration, dense);
  on_rank_0([&] { checkpoints_.write(io::image_of(state, search_seconds), rank_files); });
  double bytes = 0.0;
  for (const io::Manifest::File& file : rank_files) bytes += static_cast<double>(file.bytes);
  log_->info("checkpoint after iteration {}: {:.1f} MB in {:.3f} s", state.iteration, bytes / 1e6, watch.seconds());
}

/// Every rank writes its own; rank 0 returns what all have written.
std::vector<io::Manifest::File> Recorder::write_rank_files(int iteration, const swarm::DenseSwarm& dense) {
  std::string mine;
  try {
    comm::agree(comm_, [&] {
      const auto common = comm_.rank() == 0 ? io::CommonVectors::included : io::CommonVectors::left_out;
      const auto file = io::write_dense_file(checkpoints_.temporary_folder(iteration), comm_.rank(), dense, common);
      mine = fmt::format("{} {}", file.bytes, file.xxh3);
    });
  } catch (const Error&) {
    if (comm_.rank() == 0) checkpoints_.abandon();  // half a checkpoint would keep a full disk full
    throw;
  }
  std::vector<io::Manifest::File> files;
  for (const std::string& written : comm_.all_gather(mine)) {
    const std::size_t space = written.find(' ');
    const int rank = static_cast<int>(files.size());
    files.push_back(
        {io::dense_file_name(rank), std::stoull(written.substr(0, space)), written.substr(space + 1), "dense", rank});
  }
  return files;
}

void Recorder::load(const swarm::SwarmState& state, swarm::DenseSwarm& dense) {
  comm::agree(comm_, [&] {
    const auto files = checkpoints_.rank_files(state.iteration);
    if (files.empty()) {
      fail(ExitCode::input, "{} lists no weight vectors (swarm.positions is dense). Start anew with --resume never.",
           (checkpoints_.folder_of(state.iteration) / "manifest.json").string());
    }
    const auto common = comm_.rank() == 0 ? io::CommonVectors::included : io::CommonVectors::left_out;
    io::read_dense_files(checkpoints_.folder_of(state.iteration), files, static_cast<int>(state.particles.size()),
                         dense, common);
  });
}

void Recorder::flush() {
  on_rank_0([&] { writer_.wait(); });
}

void Recorder::write(const std::string& name, const std::string& text) {
  on_rank_0([&] { write_atomically(folder_ / name, text); });
}

}  // namespace shoal::search
