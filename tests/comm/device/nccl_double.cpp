// NCCL and the CUDA runtime in host memory, with MPI as the wire. Operations are begun as non-blocking ones of MPI and
// progress when the stream is asked, as on a device.

#include "nccl_double.hpp"

#include <mpi.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <optional>
#include <vector>

#include "base/bfloat16.hpp"

struct CUstream_st {
  std::vector<MPI_Request> under_way;
  bool stuck = false;
};

struct ncclComm {
  MPI_Comm comm = MPI_COMM_NULL;
  bool initialised = false;
  bool begun = false;              // whether an operation has been begun
  std::function<void()> withheld;  // the operation that this rank should have taken part in
  CUstream_st* stream = nullptr;   // where the last operation is
  int polls = 0;
};

namespace {

nccl_double::Behaviour behaviour;
int communicators = 0;
int aborted = 0;
int allocated = 0;
int copied = 0;

MPI_Datatype mpi_type(ncclDataType_t type) {
  if (type == ncclBfloat16) return MPI_UINT16_T;
  return type == ncclFloat32 ? MPI_FLOAT : MPI_DOUBLE;
}

template <typename Combine>
void combine_bfloat16(const void* in, void* inout, const int* count, Combine combine) {
  const auto* a = static_cast<const std::uint16_t*>(in);
  auto* b = static_cast<std::uint16_t*>(inout);
  for (int i = 0; i < *count; ++i) {
    b[i] = shoal::to_bfloat16(combine(shoal::from_bfloat16(a[i]), shoal::from_bfloat16(b[i])));
  }
}

void sum_bfloat16(void* in, void* inout, int* count, MPI_Datatype*) {
  combine_bfloat16(in, inout, count, [](float a, float b) { return a + b; });
}

void max_bfloat16(void* in, void* inout, int* count, MPI_Datatype*) {
  combine_bfloat16(in, inout, count, [](float a, float b) { return std::max(a, b); });
}

MPI_Op mpi_operation(ncclDataType_t type, ncclRedOp_t op) {
  if (type != ncclBfloat16) return op == ncclSum ? MPI_SUM : MPI_MAX;
  MPI_Op made = MPI_OP_NULL;  // a few per test run, never freed: an operation may still be under way
  MPI_Op_create(op == ncclSum ? sum_bfloat16 : max_bfloat16, 1, &made);
  return made;
}

bool done(MPI_Request& request) {
  int flag = 0;
  MPI_Test(&request, &flag, MPI_STATUS_IGNORE);
  return flag != 0;
}

/// Begins an operation on the stream as this process behaves; the answer of a non-blocking communicator.
ncclResult_t begin(ncclComm_t comm, cudaStream_t stream, const std::function<void(MPI_Request*)>& operation) {
  if (behaviour.refusal != ncclSuccess) return behaviour.refusal;
  comm->stream = stream;
  comm->begun = true;
  comm->polls = 0;
  const auto start = [=] { operation(&stream->under_way.emplace_back(MPI_REQUEST_NULL)); };
  if (behaviour.hangs || behaviour.async_error != ncclSuccess) {
    stream->stuck = true;
    comm->withheld = start;
  } else {
    start();
  }
  return ncclInProgress;
}

const void* or_in_place(const void* source, const void* target) { return source == target ? MPI_IN_PLACE : source; }

}  // namespace

namespace nccl_double {

Scope::Scope(const Behaviour& wanted) { behaviour = wanted; }
Scope::~Scope() { behaviour = {}; }
int open_communicators() { return communicators; }
int aborts() { return aborted; }
int allocations() { return allocated; }
int copies() { return copied; }

}  // namespace nccl_double

const char* cudaGetErrorString(cudaError_t error) {
  return error == cudaErrorMemoryAllocation ? "out of memory" : "no CUDA-capable device is detected";
}

cudaError_t cudaGetDeviceCount(int* count) {
  *count = behaviour.devices;
  return behaviour.devices < 0 ? cudaErrorNoDevice : cudaSuccess;
}

cudaError_t cudaSetDevice(int device) { return device < behaviour.devices ? cudaSuccess : cudaErrorNoDevice; }

cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device) {
  for (int i = 0; i < 16; ++i) properties->uuid.bytes[i] = static_cast<char>(0xa0 + i);
  if (!behaviour.shared_device) properties->uuid.bytes[15] = static_cast<char>(device);
  return cudaSuccess;
}

cudaError_t cudaMalloc(void** memory, std::size_t bytes) {
  if (behaviour.memory_full) return cudaErrorMemoryAllocation;
  ++allocated;
  *memory = std::malloc(bytes);
  return cudaSuccess;
}

cudaError_t cudaFree(void* memory) {
  --allocated;
  std::free(memory);
  return cudaSuccess;
}

cudaError_t cudaMemcpyAsync(void* target, const void* source, std::size_t bytes, cudaMemcpyKind, cudaStream_t) {
  ++copied;
  std::memcpy(target, source, bytes);
  return cudaSuccess;
}

cudaError_t cudaStreamCreate(cudaStream_t* stream) {
  *stream = new CUstream_st;
  return cudaSuccess;
}

cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  delete stream;
  return cudaSuccess;
}

cudaError_t cudaStreamQuery(cudaStream_t stream) {
  if (stream->stuck) return cudaErrorNotReady;
  std::erase_if(stream->under_way, done);
  return stream->under_way.empty() ? cudaSuccess : cudaErrorNotReady;
}

cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  while (cudaStreamQuery(stream) == cudaErrorNotReady) {
  }
  return cudaSuccess;
}

const char* ncclGetErrorString(ncclResult_t result) {
  switch (result) {
    case ncclSystemError:
      return "unhandled system error";
    case ncclRemoteError:
      return "remote process exited or there was a network error";
    case ncclInvalidUsage:
      return "invalid usage";
    default:
      return "another error";
  }
}

ncclResult_t ncclGetVersion(int* version) {
  *version = behaviour.version;
  return ncclSuccess;
}

ncclResult_t ncclGetUniqueId(ncclUniqueId* id) {
  std::fill_n(id->internal, sizeof id->internal, '\x7f');
  return ncclSuccess;
}

ncclResult_t ncclCommInitRankConfig(ncclComm_t* comm, int, ncclUniqueId id, int, ncclConfig_t* config) {
  const bool same_id = std::all_of(id.internal, id.internal + sizeof id.internal, [](char c) { return c == '\x7f'; });
  if (!same_id || config->blocking != 0) return ncclInvalidUsage;
  ++communicators;
  *comm = new ncclComm;
  return behaviour.init_result == ncclSuccess ? ncclInProgress : behaviour.init_result;
}

/// The connection is made when it is asked for the second time.
ncclResult_t ncclCommGetAsyncError(ncclComm_t comm, ncclResult_t* state) {
  *state = ncclInProgress;
  if (!comm->initialised && (behaviour.init_never_ends || ++comm->polls < 2)) return ncclSuccess;
  if (!comm->initialised) MPI_Comm_dup(MPI_COMM_WORLD, &comm->comm);
  comm->initialised = true;
  *state = comm->begun ? behaviour.async_error : ncclSuccess;
  return ncclSuccess;
}

/// Ends everything that is under way. To leave MPI as it was, an operation that this rank withheld is made up for, but
/// not before all ranks have given up: until then it must not end on any of them.
ncclResult_t ncclCommAbort(ncclComm_t comm) {
  ++aborted;
  --communicators;
  if (comm->begun) {
    MPI_Barrier(MPI_COMM_WORLD);
    if (comm->withheld) comm->withheld();
    for (MPI_Request& request : comm->stream->under_way) MPI_Wait(&request, MPI_STATUS_IGNORE);
    comm->stream->under_way.clear();
    comm->stream->stuck = false;
  }
  if (comm->initialised) MPI_Comm_free(&comm->comm);
  delete comm;
  return ncclSuccess;
}

ncclResult_t ncclAllReduce(const void* source, void* target, std::size_t count, ncclDataType_t type, ncclRedOp_t op,
                           ncclComm_t comm, cudaStream_t stream) {
  return begin(comm, stream, [=](MPI_Request* request) {
    MPI_Iallreduce(or_in_place(source, target), target, static_cast<int>(count), mpi_type(type),
                   mpi_operation(type, op), comm->comm, request);
  });
}

ncclResult_t ncclBroadcast(const void*, void* target, std::size_t count, ncclDataType_t type, int root, ncclComm_t comm,
                           cudaStream_t stream) {
  return begin(comm, stream, [=](MPI_Request* request) {
    MPI_Ibcast(target, static_cast<int>(count), mpi_type(type), root, comm->comm, request);
  });
}

ncclResult_t ncclReduceScatter(const void* source, void* target, std::size_t target_count, ncclDataType_t type,
                               ncclRedOp_t op, ncclComm_t comm, cudaStream_t stream) {
  return begin(comm, stream, [=](MPI_Request* request) {
    MPI_Ireduce_scatter_block(source, target, static_cast<int>(target_count), mpi_type(type), mpi_operation(type, op),
                              comm->comm, request);
  });
}

ncclResult_t ncclAllGather(const void* source, void* target, std::size_t source_count, ncclDataType_t type,
                           ncclComm_t comm, cudaStream_t stream) {
  return begin(comm, stream, [=](MPI_Request* request) {
    MPI_Iallgather(source, static_cast<int>(source_count), mpi_type(type), target, static_cast<int>(source_count),
                   mpi_type(type), comm->comm, request);
  });
}
