#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "comm/communicator.hpp"

namespace shoal::comm {

/// A message as it arrives.
struct Letter {
  int from = 0;
  int kind = 0;  ///< what the numbers mean; not negative
  std::vector<double> numbers;
};

/// Messages between two ranks while both are at work: nobody waits for anybody. Those from one rank arrive in the order
/// in which they were sent. A rank may write to itself. Only one thread per rank may use it (the one that talks to
/// MPI); failures throw Error{peer}.
class Mailbox {
 public:
  virtual ~Mailbox() = default;

  /// Returns at once.
  virtual void send(int to, int kind, std::vector<double> numbers) = 0;

  /// The next letter, if one has arrived. Call often: it also lets this rank's own letters get on.
  virtual std::optional<Letter> take() = 0;
};

/// Construction and destruction are collective. What nobody has taken by then is thrown away.
std::unique_ptr<Mailbox> make_mailbox(const Communicator& comm);

}  // namespace shoal::comm
