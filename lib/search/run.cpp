#include "search/run.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/log.hpp"
#include "comm/agree.hpp"
#include "comm/device/device_collectives.hpp"
#include "comm/versions.hpp"
#include "comm/watchdog/watchdog.hpp"
#include "evaluation/dense_positions.hpp"
#include "evaluation/sharded_sum.hpp"
#include "evaluation/synthetic_model.hpp"
#include "exporter/export.hpp"
#include "inputs/inputs.hpp"
#include "inputs/read_once.hpp"
#include "inputs/resolve.hpp"
#include "inputs/warm_start.hpp"
#include "inputs/workloads.hpp"
#include "plan/disk_need.hpp"
#include "report/report.hpp"
#include "results/history/event_order.hpp"
#include "results/result/final_scores_file.hpp"
#include "results/result/result_reader.hpp"
#include "results/result/run_analysis.hpp"
#include "results/run_info.hpp"
#include "search/deadline.hpp"
#include "search/final_scores.hpp"
#include "search/layout.hpp"
#include "search/run_result.hpp"
#include "search/search_loop.hpp"
#include "search/seeds.hpp"
#include "search/stop_signal.hpp"

namespace shoal::search {
namespace {

namespace fs = std::filesystem;

std::int64_t peak_memory(const comm::Communicator& comm) {
  struct rusage usage {};
  ::getrusage(RUSAGE_SELF, &usage);
  std::array<double, 1> bytes{static_cast<double>(usage.ru_maxrss) * 1024.0};
  comm.all_reduce(Buffer::of(bytes), comm::ReduceOp::max);
  return static_cast<std::int64_t>(bytes[0]);
}

std::optional<double> time_left(std::optional<double> walltime, const RunOptions& options) {
  return walltime ? std::optional(*walltime - options.since_start.seconds()) : std::nullopt;
}

/// What ends a job early, whatever it is at.
struct JobEnd {
  Deadline deadline;
  StopSignal signal;
};

/// One search from its configuration to its end.
class Run {
 public:
  Run(const comm::Communicator& comm, RunOptions options, config::RunConfig config, const JobEnd& job_end)
      : comm_(comm), options_(std::move(options)), config_(std::move(config)), job_end_(job_end) {}

  RunOutcome execute() {
    std::vector<task::Task> tasks;
    comm::agree(comm_, [&] { tasks = inputs::check_inputs(config_); });
    config_.evaluation.dtype = inputs::name_of(inputs::precision(config_.evaluation.dtype, comm_.local_rank()));
    comm::agree(comm_, [&] { open_folder(tasks); });
    read_event_order();
    const auto watchdog = start_watchdog();
    Recorder recorder(comm_, config_, log_);
    auto checkpoint = recorder.resume(options_.resume);
    if (checkpoint && already_done(*checkpoint)) return RunOutcome::finished;
    if (!checkpoint) warm_start_ = inputs::warm_start(comm_, config_);
    comm_.liveness().enter(comm::Phase::loading);
    const weights::Share share{static_cast<std::size_t>(comm_.rank()), static_cast<std::size_t>(comm_.size())};
    connect_devices();
    const auto source = devices_ ? inputs::read_once(comm_, *devices_) : weights::WeightSource();
    comm::agree(comm_, [&] {
      inputs_ = inputs::load_inputs(config_, std::move(tasks), comm_.local_rank(), share, source, comm_.local_size());
    });
    comm::agree(comm_, [&] {
      workloads_ = inputs::make_workloads(config_, inputs_->tasks, inputs_->tokenizer, inputs::context_of(config_));
      if (comm_.rank() == 0) plan::check_disk_space(config_, workloads_.search);
    });
    threads_ = inputs::thread_count(config_.evaluation.threads, comm_.local_size());
    describe(recorder, checkpoint);
    return search(recorder, std::move(checkpoint));
  }

 private:
  /// The folder and the log in it; leaks are told here, where the log begins.
  void open_folder(const std::vector<task::Task>& tasks) {
    const bool speaks = comm_.rank() == 0;
    if (speaks) make_folders(config_.output.run_dir);
    log_ = make_logger(speaks ? Verbosity::speaking : Verbosity::silent,
                       speaks ? config_.output.run_dir / "log.txt" : fs::path());
    const auto warn = [&](const std::string& text) { log_->warn(text); };
    for (const task::Leak& leak : inputs::report_leaks(tasks, options_.strict, warn))
      leaks_.push_back({leak.task, leak.questions, leak.questions_and_answers});
  }

  /// On rank 0, which decides in which order evaluations are taken. Before anything in the run folder changes: the
  /// order may be its own, of a search that is to be repeated in its place.
  void read_event_order() {
    comm::agree(comm_, [&] {
      if (comm_.rank() == 0 && config_.event_order)
        event_order_ = results::read_event_order(*config_.event_order, config_.swarm.particles);
    });
  }

  std::unique_ptr<comm::Watchdog> start_watchdog() const {
    if (!config_.stop.watchdog) return nullptr;
    return comm::make_watchdog(comm_, {.patience = *config_.stop.watchdog,
                                       .end = {},
                                       .complain = options_.complain,
                                       .warn = [log = log_](const std::string& text) { log->warn(text); }});
  }

  /// In builds for GPUs scores are summed from device to device.
  void connect_devices() {
    if (!comm::has_device_collectives() || comm_.size() == 1) return;
    constexpr double for_ever = 1e9;  // without a watchdog, seconds
    devices_ = comm::make_device_collectives(
        comm_,
        {.patience = std::chrono::duration<double>(config_.stop.watchdog.value_or(for_ever)), .stream = nullptr});
    log_->info("scores are summed by NCCL {}, rank 0 on {}", comm::nccl_version(), devices_->device());
  }

  /// Whether an earlier call has finished this very search; then its table is shown again.
  bool already_done(const checkpoint::Checkpoint& checkpoint) const {
    const fs::path result = config_.output.run_dir / "result.json";
    bool done = false;
    comm::agree(comm_, [&] {
      if (comm_.rank() != 0 || !fs::exists(result) || !reason_to_stop(checkpoint.state, config_)) return;
      done = true;
      const fs::path report = config_.output.run_dir / "report.html";  // a killed process may not have got that far
      if (!fs::exists(report)) write_atomically(report, report::render_report(config_.output.run_dir));
      log_->info("this search has finished before; --resume never starts it anew");
      options_.tell(results::to_table(results::read_result(result).run));
      options_.tell(fmt::format("report: {}\n", report.string()));
    });
    return comm::any(comm_, done);
  }

  void describe(Recorder& recorder, const std::optional<checkpoint::Checkpoint>& checkpoint) {
    recorder.write("config.yaml", config::to_yaml(config_));
    const bool first = comm_.rank() == 0;
    std::string info;
    comm::agree(comm_, [&] {
      if (!first) return;
      info = to_json(results::RunInfo{config_.name, results::build_versions(), options_.command_line, to_json(config_),
                                      inputs_->expert_names(), inputs::input_files(config_), comm_.size(), threads_,
                                      config_.evaluation.dtype});
    });
    recorder.write("run.json", info);
    log_->info("{}: {} experts, {} particles, {} search examples, {} kept out, {}, {} ranks x {} threads", config_.name,
               config_.experts.size(), config_.swarm.particles, workloads_.search.items.size(),
               workloads_.validation.items.size(), config_.evaluation.dtype, comm_.size(), threads_);
    log_->info("layout: {}", describe_layout(comm_));
    if (!warm_start_.empty())
      log_->info("{} positions to begin with from {}", warm_start_.size(), config_.warm_start->string());
    if (checkpoint) log_->info("resuming after iteration {}", checkpoint->state.iteration);
  }

  evaluation::Evaluator make_evaluator() {
    const auto materialise = [this](const swarm::Coordinates& position) {
      return config_.evaluation.pool == config::Pool::sharded ? evaluation::sharded_sum(comm_, *inputs_->pool, position)
                                                              : inputs_->pool->materialise(position);
    };
    evaluation::Evaluator evaluator{
        comm_,          inputs_->base, inputs_->tokenizer,
        inputs_->tasks, materialise,   inputs::wave_options(config_, *inputs_, threads_, comm_.local_size())};
    evaluator.experts = inputs_->experts_to_ask();
    evaluator.device = devices_.get();
    evaluator.pace = &pace_;
    if (synthetic_) evaluator.synthetic = &*synthetic_;
    if (dense_) evaluator.dense_model = [this](std::span<const float> weights) { return dense_->model(weights); };
    evaluator.interrupted = [this] { return job_end_.signal.requested() || job_end_.deadline.passed(); };
    evaluator.warn = [this](const std::string& text) { log_->warn("{}", text); };
    evaluator.progress = [this, since = Stopwatch(), shown = 0.0](std::int64_t task, std::int64_t total) mutable {
      constexpr double every = 30.0;  // seconds
      if (task == 1) shown = since.seconds();
      if (since.seconds() < shown + every) return;
      shown = since.seconds();
      log_->info("… unit of work {} of {}", task, total);
    };
    return evaluator;
  }

  RunOutcome search(Recorder& recorder, std::optional<checkpoint::Checkpoint> checkpoint) {
    if (config_.evaluation.synthetic) {
      synthetic_.emplace(*config_.evaluation.synthetic, config_.seed);
      log_->warn("evaluation.synthetic is set: no model is evaluated, all scores are made up");
    }
    if (config_.swarm.positions == swarm::Positions::dense) {
      comm::agree(comm_, [&] { dense_.emplace(comm_, *inputs_->pool, config_.swarm, threads_); });
      if (checkpoint) recorder.load(checkpoint->state, dense_->swarm());
      if (checkpoint) dense_->resume();
    }
    evaluation::Evaluator evaluator = make_evaluator();
    evaluation::DensePositions* const dense = dense_ ? &*dense_ : nullptr;
    const task::Utility utility = inputs::utility_of(config_, workloads_.search);
    const SearchOutcome outcome =
        run_search({config_, evaluator, workloads_.search, utility, recorder, dense, warm_start_, event_order_},
                   std::move(checkpoint));
    if (outcome.interrupted()) return stopped();
    log_->info("search ended ({}) after iteration {} with utility {:.4f}; scoring on dev and held-out test",
               outcome.stop_reason, outcome.state.iteration, outcome.state.global_best.utility);
    evaluator.phase = comm::Phase::final_scores;
    const auto winner = choose_winner(evaluator, outcome.state, config_, workloads_.validation, dense);
    if (!winner) return stopped();
    auto table = final_table({config_, evaluator, inputs_->expert_names(), outcome.state, *winner, workloads_, dense});
    if (!table) return stopped();
    comm_.liveness().enter(comm::Phase::ending);
    finish(recorder, outcome, *winner, std::move(*table));
    return RunOutcome::finished;
  }

  RunOutcome stopped() {
    log_->info("stopped early (signal, walltime or a service that is away); the same command continues");
    return RunOutcome::stopped;
  }

  void export_winner(const Winner& winner, const exporter::Provenance& provenance) const {
    const fs::path folder = config_.output.run_dir / "best";
    const swarm::Coordinates& position = winner.extreme.position;
    if (inputs_->experts) {
      exporter::export_mixture(config_, position, folder, provenance);
    } else {
      exporter::export_model(*inputs_->pool,
                             dense_ ? dense_->model(winner.weights) : inputs_->pool->materialise(position), position,
                             config_, folder, exporter::ExportForm::adapter, std::nullopt, provenance);
    }
  }

  void finish(Recorder& recorder, const SearchOutcome& outcome, const Winner& winner, FinalTable table) {
    results::RunResult result = run_result(
        {config_, outcome, winner, leaks_, since_start_.seconds(), comm_.size(), threads_}, std::move(table));
    result.peak_memory_bytes = peak_memory(comm_);
    const fs::path& folder = config_.output.run_dir;
    const std::string card =
        fmt::format("Winner of the search: utility {:.4f} ± {:.4f} on the held-out test ({} examples).",
                    result.best.test.utility, result.best.test.standard_error, result.best.test.examples);
    comm::agree(comm_, [&] {
      if (comm_.rank() == 0) export_winner(winner, {config_.name, card});
    });
    comm::agree(comm_, [&] {
      if (comm_.rank() == 0) result.analysis = results::analyse(folder, result);
    });
    recorder.write("final_scores.h5", comm_.rank() == 0 ? results::final_scores_image(result) : "");
    recorder.write("result.json", to_json(result));
    comm::agree(comm_, [&] {
      if (comm_.rank() != 0) return;
      write_atomically(folder / "report.html", report::render_report(folder));
      options_.tell(results::to_table(result));
      options_.tell(
          fmt::format("expert: {}\nreport: {}\n", (folder / "best").string(), (folder / "report.html").string()));
    });
  }

  const comm::Communicator& comm_;
  const RunOptions options_;
  Stopwatch since_start_;
  config::RunConfig config_;
  const JobEnd& job_end_;
  std::shared_ptr<spdlog::logger> log_;
  std::vector<results::LeakNote> leaks_;
  std::optional<inputs::Inputs> inputs_;
  std::unique_ptr<comm::DeviceCollectives> devices_;
  evaluation::ThroughputMonitor pace_;
  std::optional<evaluation::SyntheticModel> synthetic_;
  std::optional<evaluation::DensePositions> dense_;
  std::vector<swarm::WarmPosition> warm_start_;
  swarm::EventOrder event_order_;
  inputs::Workloads workloads_;
  int threads_ = 1;
};

}  // namespace

ResumePolicy resume_policy(const std::string& name) {
  if (name == "never") return ResumePolicy::never;
  return name == "require" ? ResumePolicy::require : ResumePolicy::automatic;
}

RunOutcome run(const comm::Communicator& comm, const RunOptions& options) {
  const config::RunConfig config = inputs::resolve(comm, options.source);
  const JobEnd job_end{Deadline::from(time_left(config.stop.walltime, options)), {}};
  const auto run_one = [&](const config::RunConfig& one, ResumePolicy policy) {
    RunOptions changed = options;
    changed.resume = policy;
    return Run(comm, std::move(changed), one, job_end).execute();
  };
  if (config.seeds.empty()) return run_one(config, options.resume);
  return run_seeds(comm, config, options.resume, run_one, options.tell);
}

}  // namespace shoal::search
