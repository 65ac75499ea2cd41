#include "comm/one_sided/mpi_window.hpp"

#include <algorithm>

namespace shoal::comm {

WindowMemory window_memory(const Communicator& comm) {
  return comm.local_size() == comm.size() ? WindowMemory::shared : WindowMemory::own;
}

MpiWindow::MpiWindow(const MpiCommunicator& comm, std::span<const std::byte> content, std::size_t unit,
                     WindowMemory where)
    : comm_(comm) {
  const Liveness::Waiting waiting(comm.liveness());
  const std::size_t bytes = comm.rank() == 0 ? content.size() : 0;
  void* const memory =
      where == WindowMemory::shared ? allocate(bytes, static_cast<int>(unit)) : create(bytes, static_cast<int>(unit));
  check(MPI_Win_lock_all(0, native()), "MPI_Win_lock_all");
  std::copy_n(content.begin(), bytes, static_cast<std::byte*>(memory));
  check(MPI_Win_sync(native()), "MPI_Win_sync");
  comm.barrier();
}

MpiWindow::~MpiWindow() {
  const Liveness::Waiting waiting(comm_.liveness());
  window_ = Handle<Traits>();
}

void MpiWindow::progress() const {
  int flag = 0;
  check(MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, comm_.native(), &flag, MPI_STATUS_IGNORE), "MPI_Iprobe");
}

void* MpiWindow::allocate(std::size_t bytes, int unit) {
  MPI_Win window = MPI_WIN_NULL;
  void* memory = nullptr;
  check(MPI_Win_allocate(static_cast<MPI_Aint>(bytes), unit, MPI_INFO_NULL, comm_.native(), &memory, &window),
        "MPI_Win_allocate");
  window_ = Handle<Traits>(window);
  return memory;
}

void* MpiWindow::create(std::size_t bytes, int unit) {
  MPI_Win window = MPI_WIN_NULL;
  own_.resize(bytes);
  check(MPI_Win_create(own_.data(), static_cast<MPI_Aint>(bytes), unit, MPI_INFO_NULL, comm_.native(), &window),
        "MPI_Win_create");
  window_ = Handle<Traits>(window);
  return own_.data();
}

}  // namespace shoal::comm
