#include "checkpoint/state_image.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "base/error.hpp"
#include "checkpoint/hdf5/image.hpp"

namespace shoal::checkpoint {
namespace {

using swarm::Coordinates;
using swarm::Incumbent;
using swarm::Particle;
using swarm::SwarmState;

/// A table written row by row; rows may be empty as long as all are.
class Rows {
 public:
  void add(std::span<const double> row) {
    expect(rows_ == 0 || row.size() == width_, "rows of {} and {} values in one table.", width_, row.size());
    width_ = row.size();
    values_.insert(values_.end(), row.begin(), row.end());
    ++rows_;
  }
  void write(Hdf5Writer& writer, const std::string& name) const { writer.doubles(name, values_, {rows_, width_}); }

 private:
  std::uint64_t rows_ = 0;
  std::size_t width_ = 0;
  std::vector<double> values_;
};

void write_particles(Hdf5Writer& writer, const std::vector<Particle>& particles) {
  Rows position, velocity, best_position, best_scores, utilities;
  std::size_t examples = 0;  // a particle that was never finite has no best scores yet
  for (const Particle& p : particles) examples = std::max(examples, p.best.scores.size());
  std::vector<std::int64_t> numbers;
  for (const Particle& p : particles) {
    position.add(p.position);
    velocity.add(p.velocity);
    best_position.add(p.best_position);
    std::vector<double> scores = p.best.scores;
    scores.resize(scores.empty() ? examples : scores.size(), 0.0);
    best_scores.add(scores);
    utilities.add(std::array{p.utility, p.best_utility});
    numbers.insert(numbers.end(), {p.stale ? 1 : 0, p.best_iteration, p.age, p.cool_down, p.invalid ? 1 : 0,
                                   p.best.scores.empty() ? 0 : 1});
  }
  position.write(writer, "position");
  velocity.write(writer, "velocity");
  best_position.write(writer, "best_position");
  best_scores.write(writer, "best_scores");
  utilities.write(writer, "utilities");
  writer.integers("particle_numbers", numbers, {particles.size(), 6});
}

/// Only an asynchronous search has particles that have moved on.
void write_moves(Hdf5Writer& writer, const std::vector<swarm::Move>& moves) {
  if (moves.empty()) return;
  Rows position, velocity;
  for (const swarm::Move& move : moves) {
    position.add(move.position);
    velocity.add(move.velocity);
  }
  position.write(writer, "next_position");
  velocity.write(writer, "next_velocity");
}

/// Extremes of one kind; a position may be missing (an iteration without a finite utility).
void write_extremes(Hdf5Writer& writer, const std::string& prefix, const std::vector<const Incumbent*>& extremes,
                    std::size_t coordinates) {
  Rows position, utility, scores;
  std::vector<std::int64_t> numbers;
  for (const Incumbent* e : extremes) {
    Coordinates filled = e->position;
    filled.resize(coordinates, 0.0);
    position.add(filled);
    utility.add(std::array{e->utility});
    scores.add(e->evaluation.scores);
    numbers.insert(numbers.end(), {e->particle, e->iteration, e->position.empty() ? 0 : 1});
  }
  position.write(writer, prefix + "_position");
  utility.write(writer, prefix + "_utility");
  scores.write(writer, prefix + "_scores");
  writer.integers(prefix + "_numbers", numbers, {extremes.size(), 3});
}

/// A table read back, with the shape it must have.
struct Table {
  std::vector<double> values;
  std::size_t rows;
  std::size_t width;

  std::vector<double> row(std::size_t i) const {
    const auto begin = values.begin() + static_cast<std::ptrdiff_t>(i * width);
    return {begin, begin + static_cast<std::ptrdiff_t>(width)};
  }
};

class StateReader {
 public:
  StateReader(std::string bytes, const std::string& source) : reader_(std::move(bytes), source), source_(source) {}

  SwarmState read() {
    SwarmState state;
    const auto numbers = integers("numbers", 5);
    state.seed = static_cast<std::uint64_t>(numbers[0]);
    state.experts = static_cast<int>(numbers[1]);
    state.iteration = static_cast<int>(numbers[2]);
    state.invalid_evaluations = static_cast<int>(numbers[3]);
    state.evaluations = numbers[4];
    state.step_length = reader_.doubles("step_length").at(0);
    state.best_history = reader_.doubles("best_history");
    experts_ = static_cast<std::size_t>(state.experts);
    if (reader_.has("optimiser_memory")) state.memory = reader_.doubles("optimiser_memory");
    read_particles(state);
    if (reader_.has("next_position")) read_moves(state);
    state.global_best = read_extremes("global_best").at(0);
    state.global_worst = read_extremes("global_worst").at(0);
    state.worst_by_iteration = read_extremes("worst_by_iteration");
    return state;
  }

 private:
  [[noreturn]] void reject(const std::string& name) const {
    fail(ExitCode::input, "{} is damaged (its dataset {} has an unexpected shape).", source_, name);
  }

  Table table(const std::string& name, std::optional<std::size_t> rows, std::optional<std::size_t> width) const {
    const auto shape = reader_.shape(name);
    if (shape.size() != 2 || (rows && shape[0] != *rows) || (width && shape[0] > 0 && shape[1] != *width)) reject(name);
    return {reader_.doubles(name), shape[0], shape[1]};
  }

  std::vector<std::int64_t> integers(const std::string& name, std::size_t count) const {
    auto values = reader_.integers(name);
    if (values.size() != count) reject(name);
    return values;
  }

  /// Numbers in a particle's position: one per expert and block of layers, or none for dense positions, which lie
  /// elsewhere.
  std::size_t coordinates() const {
    const auto shape = reader_.shape("position");
    if (shape.size() != 2 || experts_ == 0 || shape[1] % experts_ != 0) reject("position");
    return shape[1];
  }

  void read_particles(SwarmState& state) const {
    const Table position = table("position", std::nullopt, coordinates());
    const std::size_t count = position.rows;
    const Table velocity = table("velocity", count, position.width);
    const Table best_position = table("best_position", count, position.width);
    const Table best_scores = table("best_scores", count, std::nullopt);
    const Table utilities = table("utilities", count, 2);
    const auto numbers = integers("particle_numbers", count * 6);
    for (std::size_t i = 0; i < count; ++i) {
      const std::int64_t* n = numbers.data() + i * 6;
      Particle p;
      p.position = position.row(i);
      p.velocity = velocity.row(i);
      p.best_position = best_position.row(i);
      p.utility = utilities.row(i)[0];
      p.best_utility = utilities.row(i)[1];
      p.stale = n[0] != 0;
      p.best_iteration = static_cast<int>(n[1]);
      p.age = static_cast<int>(n[2]);
      p.cool_down = static_cast<int>(n[3]);
      p.invalid = n[4] != 0;
      if (n[5] != 0) p.best = {p.best_utility, best_scores.row(i)};
      state.particles.push_back(std::move(p));
    }
  }

  void read_moves(SwarmState& state) const {
    const Table position = table("next_position", state.particles.size(), coordinates());
    const Table velocity = table("next_velocity", state.particles.size(), coordinates());
    for (std::size_t i = 0; i < position.rows; ++i) state.moves.push_back({position.row(i), velocity.row(i)});
  }

  std::vector<Incumbent> read_extremes(const std::string& prefix) const {
    const Table position = table(prefix + "_position", std::nullopt, std::max(coordinates(), experts_));
    const Table utility = table(prefix + "_utility", position.rows, 1);
    const Table scores = table(prefix + "_scores", position.rows, std::nullopt);
    const auto numbers = integers(prefix + "_numbers", position.rows * 3);
    std::vector<Incumbent> extremes;
    for (std::size_t i = 0; i < position.rows; ++i) {
      const std::int64_t* n = numbers.data() + i * 3;
      Incumbent e{static_cast<int>(n[0]), static_cast<int>(n[1]), utility.row(i)[0], position.row(i), {}};
      if (n[2] == 0) e.position.clear();
      e.evaluation = {scores.width == 0 ? 0.0 : e.utility, scores.row(i)};
      extremes.push_back(std::move(e));
    }
    return extremes;
  }

  Hdf5Reader reader_;
  std::string source_;
  std::size_t experts_ = 0;
};

}  // namespace

std::string encode(const SwarmState& state) {
  Hdf5Writer writer;
  const std::array<std::int64_t, 5> numbers{static_cast<std::int64_t>(state.seed), state.experts, state.iteration,
                                            state.invalid_evaluations, state.evaluations};
  writer.integers("numbers", numbers, {numbers.size()});
  if (!state.memory.empty()) writer.doubles("optimiser_memory", state.memory, {state.memory.size()});
  writer.doubles("step_length", std::array{state.step_length}, {1});
  writer.doubles("best_history", state.best_history, {state.best_history.size()});
  write_particles(writer, state.particles);
  write_moves(writer, state.moves);
  // Extremes of dense positions have a row of zeros, as ever.
  const std::size_t coordinates = std::max(state.particles.empty() ? 0 : state.particles.front().position.size(),
                                           static_cast<std::size_t>(state.experts));
  write_extremes(writer, "global_best", {&state.global_best}, coordinates);
  write_extremes(writer, "global_worst", {&state.global_worst}, coordinates);
  std::vector<const Incumbent*> window;
  for (const Incumbent& extreme : state.worst_by_iteration) window.push_back(&extreme);
  write_extremes(writer, "worst_by_iteration", window, coordinates);
  return writer.finish();
}

SwarmState decode(std::string bytes, const std::string& source) {
  try {
    return StateReader(std::move(bytes), source).read();
  } catch (const std::out_of_range&) {
    fail(ExitCode::input, "{} is damaged (a dataset is empty).", source);
  }
}

}  // namespace shoal::checkpoint
