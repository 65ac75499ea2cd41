#include "comm/mpi_communicator.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <numeric>

#include "comm/mpi_communicator_impl.hpp"

namespace shoal::comm {
namespace {

// MPI counts are ints; larger buffers go in pieces.
constexpr std::size_t longest_piece = std::size_t{1} << 30U;

MPI_Datatype type_of(const Buffer& buffer) {
  expect(buffer.device == Device::cpu, "MPI collectives work on host memory.");
  if (buffer.type == ScalarType::float64) return MPI_DOUBLE;
  expect(buffer.type == ScalarType::float32, "MPI has no reduction of bfloat16.");
  return MPI_FLOAT;
}

std::size_t size_of(ScalarType type) { return type == ScalarType::float64 ? sizeof(double) : sizeof(float); }

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

void MpiCommunicator::barrier() const { check(MPI_Barrier(native()), "MPI_Barrier"); }

std::string MpiCommunicator::broadcast(const std::string& text) const {
  std::uint64_t size = text.size();
  check(MPI_Bcast(&size, 1, MPI_UINT64_T, 0, native()), "MPI_Bcast");
  std::string result = text;
  result.resize(size);
  check(MPI_Bcast(result.data(), count_of(size), MPI_CHAR, 0, native()), "MPI_Bcast");
  return result;
}

std::vector<std::string> MpiCommunicator::all_gather(const std::string& text) const {
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
  const MPI_Datatype type = type_of(buffer);
  const MPI_Op operation = op == ReduceOp::sum ? MPI_SUM : MPI_MAX;
  auto* data = static_cast<std::byte*>(buffer.data);
  for (std::size_t begin = 0; begin < buffer.count; begin += longest_piece) {
    const std::size_t count = std::min(longest_piece, buffer.count - begin);
    check(MPI_Allreduce(MPI_IN_PLACE, data + begin * size_of(buffer.type), static_cast<int>(count), type, operation,
                        native()),
          "MPI_Allreduce");
  }
}

void MpiCommunicator::broadcast(const Buffer& buffer, int root) const {
  const MPI_Datatype type = type_of(buffer);
  auto* data = static_cast<std::byte*>(buffer.data);
  for (std::size_t begin = 0; begin < buffer.count; begin += longest_piece) {
    const std::size_t count = std::min(longest_piece, buffer.count - begin);
    check(MPI_Bcast(data + begin * size_of(buffer.type), static_cast<int>(count), type, root, native()), "MPI_Bcast");
  }
}

MpiComm duplicate(MPI_Comm comm) {
  MPI_Comm copy = MPI_COMM_NULL;
  check(MPI_Comm_dup(comm, &copy), "MPI_Comm_dup");
  MPI_Comm_set_errhandler(copy, MPI_ERRORS_RETURN);
  return MpiComm(copy);
}

std::unique_ptr<Communicator> make_world() { return std::make_unique<MpiCommunicator>(duplicate(MPI_COMM_WORLD)); }

}  // namespace shoal::comm
