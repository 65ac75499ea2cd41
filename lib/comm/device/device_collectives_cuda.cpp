#include <fmt/format.h>

#include "base/error.hpp"
#include "comm/agree.hpp"
#include "comm/device/device_collectives.hpp"
#include "comm/device/device_cuda.hpp"
#include "comm/device/nccl_link_cuda.hpp"
#include "comm/versions.hpp"

namespace shoal::comm {
namespace {

ncclDataType_t nccl_type(ScalarType type) {
  switch (type) {
    case ScalarType::float32:
      return ncclFloat32;
    case ScalarType::float64:
      return ncclFloat64;
    case ScalarType::bfloat16:
      return ncclBfloat16;
  }
  return ncclFloat32;
}

ncclRedOp_t nccl_operation(ReduceOp op) { return op == ReduceOp::sum ? ncclSum : ncclMax; }

class NcclCollectives : public DeviceCollectives {
 public:
  NcclCollectives(const Communicator& comm, const DeviceOptions& options)
      : size_(comm.size()), stream_(static_cast<cudaStream_t>(options.stream)) {
    agree(comm, [&] {
      expect_same_nccl();
      device_ = choose_device(comm);
      if (stream_ == nullptr) own_stream_ = make_stream();
    });
    if (stream_ == nullptr) stream_ = own_stream_.value();
    expect_own_devices(comm, device_);
    link_ = std::make_unique<NcclLink>(comm, stream_, options.patience);
  }

  void all_reduce(const Buffer& buffer, ReduceOp op) override {
    in_place("ncclAllReduce", buffer, [&](void* data, ncclComm_t link, cudaStream_t stream) {
      return ncclAllReduce(data, data, buffer.count, nccl_type(buffer.type), nccl_operation(op), link, stream);
    });
  }

  void broadcast(const Buffer& buffer, int root) override {
    in_place("ncclBroadcast", buffer, [&](void* data, ncclComm_t link, cudaStream_t stream) {
      return ncclBroadcast(data, data, buffer.count, nccl_type(buffer.type), root, link, stream);
    });
  }

  void reduce_scatter(const Buffer& source, const Buffer& target, ReduceOp op) override {
    expect_parts(source, target);
    between("ncclReduceScatter", source, target, [&](const void* in, void* out, ncclComm_t link, cudaStream_t stream) {
      return ncclReduceScatter(in, out, target.count, nccl_type(target.type), nccl_operation(op), link, stream);
    });
  }

  void all_gather(const Buffer& source, const Buffer& target) override {
    expect_parts(target, source);
    between("ncclAllGather", source, target, [&](const void* in, void* out, ncclComm_t link, cudaStream_t stream) {
      return ncclAllGather(in, out, source.count, nccl_type(source.type), link, stream);
    });
  }

  std::string device() const override { return device_; }

 private:
  void expect_parts(const Buffer& whole, const Buffer& part) const {
    expect(whole.type == part.type && whole.count == part.count * static_cast<std::size_t>(size_),
           "a buffer of {} numbers does not hold {} parts of {}.", whole.count, size_, part.count);
  }

  /// `operation(data, link, stream)`; nothing to do for empty buffers, on any rank.
  template <typename Operation>
  void in_place(const char* name, const Buffer& buffer, const Operation& operation) {
    if (buffer.count == 0) return;
    const Staged staged(buffer, stream_);
    staged.copy_in();
    link_->run(name, [&](ncclComm_t link, cudaStream_t stream) { return operation(staged.data(), link, stream); });
    staged.copy_out();
  }

  /// `operation(in, out, link, stream)`, likewise.
  template <typename Operation>
  void between(const char* name, const Buffer& source, const Buffer& target, const Operation& operation) {
    if (source.count == 0) return;
    const Staged in(source, stream_);
    const Staged out(target, stream_);
    in.copy_in();
    link_->run(name, [&](ncclComm_t link, cudaStream_t s) { return operation(in.data(), out.data(), link, s); });
    out.copy_out();
  }

  int size_;
  std::string device_;
  Stream own_stream_;
  cudaStream_t stream_;
  std::unique_ptr<NcclLink> link_;
};

}  // namespace

bool has_device_collectives() { return true; }

std::unique_ptr<DeviceCollectives> make_device_collectives(const Communicator& comm, const DeviceOptions& options) {
  return std::make_unique<NcclCollectives>(comm, options);
}

std::string nccl_version() {
  int version = 0;
  if (ncclGetVersion(&version) != ncclSuccess) return "unknown";
  return fmt::format("{}.{}.{}", version / 10000, version / 100 % 100, version % 100);
}

}  // namespace shoal::comm
