#include "comm/one_sided/message_channel.hpp"

#include <cstdint>
#include <deque>
#include <utility>

#include "comm/mpi_communicator_impl.hpp"

namespace shoal::comm {
namespace {

class SerialMailbox : public MessageChannel {
 public:
  void send(int to, int kind, std::vector<double> numbers) override {
    expect(to == 0, "there is no rank {}.", to);
    messages_.push_back({0, kind, std::move(numbers)});
  }

  std::optional<Message> take() override {
    if (messages_.empty()) return std::nullopt;
    Message message = std::move(messages_.front());
    messages_.pop_front();
    return message;
  }

 private:
  std::deque<Message> messages_;
};

bool is_done(MPI_Request& request) {
  int done = 0;
  check(MPI_Test(&request, &done, MPI_STATUS_IGNORE), "MPI_Test");
  return done != 0;
}

/// Non-blocking messages on a communicator of their own, so that nobody else's are mistaken for them.
class MpiMailbox : public MessageChannel {
 public:
  explicit MpiMailbox(const MpiCommunicator& comm)
      : comm_(comm),
        channel_(duplicate(comm.native())),
        sent_(static_cast<std::size_t>(comm.size()), 0),
        taken_(sent_.size(), 0) {}
  MpiMailbox(const MpiMailbox&) = delete;
  MpiMailbox& operator=(const MpiMailbox&) = delete;

  ~MpiMailbox() override {
    const Liveness::Waiting waiting(comm_.liveness());
    try {
      empty();
    } catch (const Error&) {  // a peer is gone; whoever ends the job says so
    }
  }

  void send(int to, int kind, std::vector<double> numbers) override {
    comm_.liveness().beat();
    if (to == comm_.rank()) {
      own_.send(0, kind, std::move(numbers));
      return;
    }
    PendingSend& sending = outgoing_.emplace_back(PendingSend{std::move(numbers), MPI_REQUEST_NULL});
    check(MPI_Isend(sending.numbers.data(), static_cast<int>(sending.numbers.size()), MPI_DOUBLE, to, kind,
                    channel_.value(), &sending.request),
          "MPI_Isend");
    ++sent_[static_cast<std::size_t>(to)];
  }

  std::optional<Message> take() override {
    std::erase_if(outgoing_, [](PendingSend& sending) { return is_done(sending.request); });
    if (auto message = own_.take()) {
      message->from = comm_.rank();
      return message;
    }
    if (!incoming_) begin_receiving();
    if (!incoming_ || !is_done(request_)) return std::nullopt;
    ++taken_[static_cast<std::size_t>(incoming_->from)];
    comm_.liveness().beat();
    return std::exchange(incoming_, std::nullopt);
  }

 private:
  struct PendingSend {
    std::vector<double> numbers;
    MPI_Request request;
  };

  /// One message at a time, so that their order stays.
  void begin_receiving() {
    int found = 0;
    MPI_Message message = MPI_MESSAGE_NULL;
    MPI_Status status{};
    check(MPI_Improbe(MPI_ANY_SOURCE, MPI_ANY_TAG, channel_.value(), &found, &message, &status), "MPI_Improbe");
    if (found == 0) return;
    int count = 0;
    check(MPI_Get_count(&status, MPI_DOUBLE, &count), "MPI_Get_count");
    incoming_.emplace(Message{status.MPI_SOURCE, status.MPI_TAG, std::vector<double>(static_cast<std::size_t>(count))});
    check(MPI_Imrecv(incoming_->numbers.data(), count, MPI_DOUBLE, &message, &request_), "MPI_Imrecv");
  }

  /// Takes everything that was ever sent here, and waits until what was sent from here has been taken.
  void empty() {
    std::vector<std::int64_t> expected(sent_.size());
    check(MPI_Alltoall(sent_.data(), 1, MPI_INT64_T, expected.data(), 1, MPI_INT64_T, channel_.value()),
          "MPI_Alltoall");
    while (taken_ != expected || !outgoing_.empty()) take();
  }

  const MpiCommunicator& comm_;
  MpiComm channel_;
  SerialMailbox own_;
  std::deque<PendingSend> outgoing_;  // whose elements stay where they are while others are added
  std::optional<Message> incoming_;
  MPI_Request request_ = MPI_REQUEST_NULL;
  std::vector<std::int64_t> sent_;   // to each rank
  std::vector<std::int64_t> taken_;  // from each rank
};

}  // namespace

std::unique_ptr<MessageChannel> make_message_channel(const Communicator& comm) {
  if (const auto* mpi = dynamic_cast<const MpiCommunicator*>(&comm)) return std::make_unique<MpiMailbox>(*mpi);
  expect(comm.size() == 1, "this communicator has no message channel.");
  return std::make_unique<SerialMailbox>();
}

}  // namespace shoal::comm
