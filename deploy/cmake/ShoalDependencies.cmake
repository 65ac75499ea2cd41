# Every third-party package, in one place. Modules link the imported targets named here.
# deploy/setup.sh fills .deps/; SHOAL_LIBTORCH points at another LibTorch.

set(SHOAL_DEPS_DIR "${CMAKE_SOURCE_DIR}/.deps" CACHE PATH "Where deploy/setup.sh put LibTorch and the tokenizers")
if(DEFINED ENV{SHOAL_LIBTORCH})
  set(SHOAL_LIBTORCH_DEFAULT "$ENV{SHOAL_LIBTORCH}")
else()
  set(SHOAL_LIBTORCH_DEFAULT "${SHOAL_DEPS_DIR}/libtorch/torch")
endif()
set(SHOAL_LIBTORCH "${SHOAL_LIBTORCH_DEFAULT}" CACHE PATH "LibTorch: a folder with include/ and lib/")

find_package(Threads REQUIRED)
find_package(spdlog REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(CURL REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(MPI REQUIRED COMPONENTS C)
find_package(HDF5 REQUIRED COMPONENTS C)
find_package(Protobuf REQUIRED)
find_package(PytorchTokenizers REQUIRED)
find_package(LlamaJinja REQUIRED)

find_path(RANDOM123_INCLUDE Random123/philox.h REQUIRED)
add_library(shoal_random123 INTERFACE)
target_include_directories(shoal_random123 SYSTEM INTERFACE ${RANDOM123_INCLUDE})

find_path(XXHASH_INCLUDE xxhash.h REQUIRED)
add_library(shoal_xxhash INTERFACE)
target_include_directories(shoal_xxhash SYSTEM INTERFACE ${XXHASH_INCLUDE})
find_library(XXHASH_LIBRARY xxhash REQUIRED)
target_link_libraries(shoal_xxhash INTERFACE ${XXHASH_LIBRARY})
# The deprecated C++ bindings of MPI are neither used nor linked.
target_compile_definitions(MPI::MPI_C INTERFACE OMPI_SKIP_MPICXX MPICH_SKIP_MPICXX)

add_library(shoal_hdf5 INTERFACE)
target_include_directories(shoal_hdf5 SYSTEM INTERFACE ${HDF5_INCLUDE_DIRS})
target_link_libraries(shoal_hdf5 INTERFACE ${HDF5_C_LIBRARIES})

# LibTorch straight from the wheel: its own TorchConfig.cmake pulls in Caffe2's CUDA machinery, which a CPU build must not need.
foreach(name c10 torch_cpu)
  find_library(SHOAL_${name} ${name} PATHS "${SHOAL_LIBTORCH}/lib" NO_DEFAULT_PATH REQUIRED)
endforeach()
add_library(shoal_torch INTERFACE)
# Only LibTorch's own headers: the wheel also carries other projects' (fmt, protobuf) that would shadow the system's.
set(SHOAL_TORCH_INCLUDE "${CMAKE_BINARY_DIR}/libtorch-include")
file(MAKE_DIRECTORY "${SHOAL_TORCH_INCLUDE}")
foreach(folder ATen c10 caffe2 torch)
  file(CREATE_LINK "${SHOAL_LIBTORCH}/include/${folder}" "${SHOAL_TORCH_INCLUDE}/${folder}" SYMBOLIC)
endforeach()
target_include_directories(shoal_torch SYSTEM INTERFACE "${SHOAL_TORCH_INCLUDE}")
target_link_libraries(shoal_torch INTERFACE ${SHOAL_torch_cpu} ${SHOAL_c10})
# libtorch_cpu of the PyPI wheel names the CUDA runtime and CUPTI; they lie beside it in the same prefix.
cmake_path(GET SHOAL_LIBTORCH PARENT_PATH SHOAL_SITE)
file(GLOB SHOAL_NVIDIA_LIBS "${SHOAL_SITE}/nvidia/*/lib")
foreach(dir ${SHOAL_NVIDIA_LIBS})
  target_link_options(shoal_torch INTERFACE "-Wl,-rpath-link,${dir}")
endforeach()
target_link_options(shoal_torch INTERFACE "-Wl,--allow-shlib-undefined")

if(SHOAL_CUDA)
  find_package(CUDAToolkit 13.0 REQUIRED)
  # nvcc of that toolkit, on the PATH or not. Kernels for A100 and H100; anything newer compiles the last one itself.
  if(NOT CMAKE_CUDA_COMPILER)
    set(CMAKE_CUDA_COMPILER "${CUDAToolkit_NVCC_EXECUTABLE}")
  endif()
  if(NOT CMAKE_CUDA_ARCHITECTURES)
    set(CMAKE_CUDA_ARCHITECTURES 80 90)
  endif()
  # One runtime in the process: the one that LibTorch has loaded must know our kernels too.
  set(CMAKE_CUDA_RUNTIME_LIBRARY Shared)
  enable_language(CUDA)
  foreach(name c10_cuda torch_cuda)
    find_library(SHOAL_${name} ${name} PATHS "${SHOAL_LIBTORCH}/lib" NO_DEFAULT_PATH REQUIRED)
  endforeach()
  # --no-as-needed: torch_cuda registers its kernels from static initialisers, no symbol of it is named.
  target_link_libraries(shoal_torch INTERFACE "-Wl,--no-as-needed" ${SHOAL_torch_cuda} ${SHOAL_c10_cuda} "-Wl,--as-needed"
                                              $<LINK_ONLY:CUDA::cudart>)
  find_path(NCCL_INCLUDE nccl.h HINTS ${CUDAToolkit_INCLUDE_DIRS} REQUIRED)
  find_library(NCCL_LIBRARY nccl HINTS ${CUDAToolkit_LIBRARY_DIR} ${CUDAToolkit_LIBRARY_ROOT}/lib REQUIRED)
  add_library(shoal_nccl INTERFACE)
  target_link_libraries(shoal_nccl INTERFACE ${NCCL_LIBRARY} $<LINK_ONLY:CUDA::cudart>)
  # For the sources that talk to CUDA alone (shoal_add_module): all others are compiled as in a build for CPUs.
  set(cuda_includes ${CUDAToolkit_INCLUDE_DIRS} ${NCCL_INCLUDE})
  list(REMOVE_DUPLICATES cuda_includes)
  list(REMOVE_ITEM cuda_includes ${CMAKE_CXX_IMPLICIT_INCLUDE_DIRECTORIES})
  set(SHOAL_CUDA_OPTIONS)
  foreach(folder ${cuda_includes})
    list(APPEND SHOAL_CUDA_OPTIONS -isystem "${folder}")
  endforeach()
endif()
