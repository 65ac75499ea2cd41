#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "comm/communicator.hpp"

namespace shoal::comm {

/// A message as it arrives.
struct Message {
  int from = 0;
  int kind = 0;  ///< what the numbers mean; not negative
  std::vector<double> numbers;
};

/// Messages between two ranks while both are at work: nobody waits for anybody. Those from one rank arrive in the order
/// in which they were sent. A rank may write to itself. Only one thread per rank may use it (the one that talks to
/// MPI); failures throw Error{peer}.
class MessageChannel {
 public:
  virtual ~MessageChannel() = default;

  /// Returns at once.
  virtual void send(int to, int kind, std::vector<double> numbers) = 0;

  /// The next message, if one has arrived. Call often: it also lets this rank's own messages get on.
  virtual std::optional<Message> take() = 0;
};

/// Construction and destruction are collective. What nobody has taken by then is thrown away.
std::unique_ptr<MessageChannel> make_message_channel(const Communicator& comm);

}  // namespace shoal::comm
