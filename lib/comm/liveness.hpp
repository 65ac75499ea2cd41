#pragma once

#include <atomic>
#include <cstdint>

namespace shoal::comm {

/// What a rank is at, as the watchdog names it.
enum class Phase : std::uint32_t { starting, loading, evaluating, exchange, update, checkpoint, final_scores, ending };

const char* name_of(Phase phase);

/// The signs of life of one rank, which its watchdog looks at: what it is at, whether it only waits for other ranks,
/// and a count that grows with every step it gets on. Any thread may read and beat; one thread enters phases and waits.
class Liveness {
 public:
  void beat() noexcept { beats_.fetch_add(1, std::memory_order_relaxed); }

  void enter(Phase phase) noexcept {
    phase_ = phase;
    beat();
  }

  Phase phase() const noexcept { return phase_; }
  bool waiting() const noexcept { return waits_ > 0; }
  std::uint64_t beats() const noexcept { return beats_.load(std::memory_order_relaxed); }

  /// For code that knows nothing of ranks: whoever adds to it beats.
  std::atomic<std::uint64_t>& counter() noexcept { return beats_; }

  /// For as long as it lives, this rank waits for others: what it does not get done is not its fault.
  class Waiting {
   public:
    explicit Waiting(Liveness& liveness) noexcept : liveness_(liveness) { change(1); }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;
    ~Waiting() { change(-1); }

   private:
    void change(int by) noexcept {
      liveness_.waits_ += by;
      liveness_.beat();
    }

    Liveness& liveness_;
  };

 private:
  std::atomic<std::uint64_t> beats_ = 0;
  std::atomic<Phase> phase_ = Phase::starting;
  std::atomic<int> waits_ = 0;
};

}  // namespace shoal::comm
