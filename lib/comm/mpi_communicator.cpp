#include "comm/mpi_communicator.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <functional>
#include <limits>
#include <numeric>

#include "base/bfloat16.hpp"
#include "comm/combine.hpp"
#include "comm/mpi_communicator_impl.hpp"

namespace shoal::comm {
namespace {

// MPI counts are ints; larger buffers go in pieces.
constexpr std::size_t longest_piece = std::size_t{1} << 30U;
// What has to be copied on the way goes in pieces that fit into a cache.
constexpr std::size_t copied_piece = std::size_t{1} << 18U;

void on_host(const Buffer& buffer) { expect(buffer.device == Device::cpu, "MPI collectives work on host memory."); }

MPI_Datatype type_of(ScalarType type) {
  if (type == ScalarType::bfloat16) return MPI_UINT16_T;  // only moved: MPI cannot add them
  return type == ScalarType::float64 ? MPI_DOUBLE : MPI_FLOAT;
}

/// Calls `work` with the pieces [begin, begin + count) of `total` numbers.
void in_pieces(std::size_t total, std::size_t piece, const std::function<void(std::size_t, std::size_t)>& work) {
  for (std::size_t begin = 0; begin < total; begin += piece) work(begin, std::min(piece, total - begin));
}

void expect_parts(const Buffer& whole, const Buffer& part, int size) {
  on_host(whole);
  on_host(part);
  expect(whole.type == part.type && whole.count == part.count * static_cast<std::size_t>(size),
         "a buffer of {} numbers does not hold {} parts of {}.", whole.count, size, part.count);
}

int count_of(std::size_t size) {
  expect(size <= static_cast<std::size_t>(std::numeric_limits<int>::max()), "a message of {} bytes is too long.", size);
  return static_cast<int>(size);
}

}  // namespace

MpiCommunicator::MpiCommunicator(MpiComm comm) : comm_(std::move(comm)) {
  check(MPI_Comm_rank(native(), &rank_), "MPI_Comm_rank");
  check(MPI_Comm_size(native(), &size_), "MPI_Comm_size");
  MPI_Comm node = MPI_COMM_NULL;
  check(MPI_Comm_split_type(native(), MPI_COMM_TYPE_SHARED, rank_, MPI_INFO_NULL, &node), "MPI_Comm_split_type");
  const MpiComm owned(node);
  check(MPI_Comm_rank(node, &local_rank_), "MPI_Comm_rank");
  check(MPI_Comm_size(node, &local_size_), "MPI_Comm_size");
}

void MpiCommunicator::barrier() const {
  const Liveness::Waiting waiting(liveness());
  check(MPI_Barrier(native()), "MPI_Barrier");
}

std::string MpiCommunicator::broadcast(const std::string& text) const {
  const Liveness::Waiting waiting(liveness());
  std::uint64_t size = text.size();
  check(MPI_Bcast(&size, 1, MPI_UINT64_T, 0, native()), "MPI_Bcast");
  std::string result = text;
  result.resize(size);
  check(MPI_Bcast(result.data(), count_of(size), MPI_CHAR, 0, native()), "MPI_Bcast");
  return result;
}

std::vector<std::string> MpiCommunicator::all_gather(const std::string& text) const {
  const Liveness::Waiting waiting(liveness());
  const std::int64_t mine = static_cast<std::int64_t>(text.size());
  std::vector<std::int64_t> lengths(static_cast<std::size_t>(size_));
  check(MPI_Allgather(&mine, 1, MPI_INT64_T, lengths.data(), 1, MPI_INT64_T, native()), "MPI_Allgather");
  // All ranks see all lengths, so that all refuse what is too long, or none.
  const std::int64_t total = std::accumulate(lengths.begin(), lengths.end(), std::int64_t{0});
  std::string joined(static_cast<std::size_t>(count_of(static_cast<std::size_t>(total))), '\0');
  const std::vector<int> sizes(lengths.begin(), lengths.end());
  std::vector<int> offsets(sizes.size(), 0);
  std::partial_sum(sizes.begin(), sizes.end() - 1, offsets.begin() + 1);
  check(MPI_Allgatherv(text.data(), sizes[static_cast<std::size_t>(rank_)], MPI_CHAR, joined.data(), sizes.data(),
                       offsets.data(), MPI_CHAR, native()),
        "MPI_Allgatherv");
  std::vector<std::string> texts;
  for (std::size_t r = 0; r < sizes.size(); ++r) {
    texts.push_back(joined.substr(static_cast<std::size_t>(offsets[r]), static_cast<std::size_t>(sizes[r])));
  }
  return texts;
}

void MpiCommunicator::all_reduce(const Buffer& buffer, ReduceOp op) const {
  const Liveness::Waiting waiting(liveness());
  on_host(buffer);
  if (buffer.type == ScalarType::bfloat16) return all_reduce_bfloat16(buffer, op);
  const MPI_Op operation = op == ReduceOp::sum ? MPI_SUM : MPI_MAX;
  in_pieces(buffer.count, longest_piece, [&](std::size_t begin, std::size_t count) {
    check(MPI_Allreduce(MPI_IN_PLACE, buffer.part(begin, count).data, static_cast<int>(count), type_of(buffer.type),
                        operation, native()),
          "MPI_Allreduce");
  });
}

// MPI knows no bfloat16: the numbers travel as float32 and are rounded once.
void MpiCommunicator::all_reduce_bfloat16(const Buffer& buffer, ReduceOp op) const {
  auto* const numbers = static_cast<std::uint16_t*>(buffer.data);
  std::vector<float> wide;
  in_pieces(buffer.count, copied_piece, [&](std::size_t begin, std::size_t count) {
    wide.resize(count);
    std::transform(numbers + begin, numbers + begin + count, wide.begin(), from_bfloat16);
    all_reduce(Buffer::of(wide), op);
    std::ranges::transform(wide, numbers + begin, to_bfloat16);
  });
}

void MpiCommunicator::broadcast(const Buffer& buffer, int root) const {
  const Liveness::Waiting waiting(liveness());
  on_host(buffer);
  in_pieces(buffer.count, longest_piece, [&](std::size_t begin, std::size_t count) {
    check(MPI_Bcast(buffer.part(begin, count).data, static_cast<int>(count), type_of(buffer.type), root, native()),
          "MPI_Bcast");
  });
}

// Not MPI_Reduce_scatter, whose order of summation is the library's choice: each rank collects all ranks' numbers of
// its own part and adds them up itself. That moves as many bytes as a ring does.
void MpiCommunicator::reduce_scatter(const Buffer& source, const Buffer& target, ReduceOp op) const {
  const Liveness::Waiting waiting(liveness());
  expect_parts(source, target, size_);
  const auto ranks = static_cast<std::size_t>(size_);
  const std::size_t width = size_of(source.type);
  std::vector<std::byte> sent;
  std::vector<std::byte> received;
  in_pieces(target.count, std::max<std::size_t>(copied_piece / ranks, 1), [&](std::size_t begin, std::size_t count) {
    sent.resize(ranks * count * width);
    received.resize(sent.size());
    for (std::size_t r = 0; r < ranks; ++r) {
      std::memcpy(&sent[r * count * width], source.part(r * target.count + begin, count).data, count * width);
    }
    check(MPI_Alltoall(sent.data(), static_cast<int>(count), type_of(source.type), received.data(),
                       static_cast<int>(count), type_of(source.type), native()),
          "MPI_Alltoall");
    combine({received.data(), ranks * count, source.type, Device::cpu}, op, target.part(begin, count));
  });
}

void MpiCommunicator::all_gather(const Buffer& source, const Buffer& target) const {
  const Liveness::Waiting waiting(liveness());
  expect_parts(target, source, size_);
  const auto ranks = static_cast<std::size_t>(size_);
  const std::size_t width = size_of(source.type);
  std::vector<std::byte> received;
  in_pieces(source.count, copied_piece, [&](std::size_t begin, std::size_t count) {
    received.resize(ranks * count * width);
    check(MPI_Allgather(source.part(begin, count).data, static_cast<int>(count), type_of(source.type), received.data(),
                        static_cast<int>(count), type_of(source.type), native()),
          "MPI_Allgather");
    for (std::size_t r = 0; r < ranks; ++r) {
      std::memcpy(target.part(r * source.count + begin, count).data, &received[r * count * width], count * width);
    }
  });
}

MpiComm duplicate(MPI_Comm comm) {
  MPI_Comm copy = MPI_COMM_NULL;
  check(MPI_Comm_dup(comm, &copy), "MPI_Comm_dup");
  MPI_Comm_set_errhandler(copy, MPI_ERRORS_RETURN);
  return MpiComm(copy);
}

std::unique_ptr<Communicator> make_world() { return std::make_unique<MpiCommunicator>(duplicate(MPI_COMM_WORLD)); }

}  // namespace shoal::comm
