# shoal_options: the compiler flags of every target.
# shoal_add_module(NAME PUBLIC … PRIVATE …): one library target per folder of lib/.
# shoal_add_tests(NAME): unit tests, and MPI tests at 1, 2 and 4 ranks, of one folder of tests/.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CUDA_STANDARD 17)  # the newest that CMake 3.25 knows for nvcc; kernels need no more
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
set(CMAKE_BUILD_RPATH "${SHOAL_LIBTORCH}/lib" ${SHOAL_NVIDIA_LIBS})

add_library(shoal_options INTERFACE)
# Those of C and C++; nvcc hands its host code to the same compiler, but writes lines that -Wpedantic dislikes.
set(SHOAL_HOST "$<NOT:$<COMPILE_LANGUAGE:CUDA>>")
target_compile_options(shoal_options INTERFACE
  "$<${SHOAL_HOST}:-Wall;-Wextra;-Wpedantic;-Wconversion;-Wshadow;-Wsign-conversion>")
# Same seed, same bits: no fused multiply-add across expressions, on any machine.
target_compile_options(shoal_options INTERFACE "$<${SHOAL_HOST}:-ffp-contract=off>")
if(SHOAL_WERROR)
  target_compile_options(shoal_options INTERFACE "$<${SHOAL_HOST}:-Werror>")
endif()
if(SHOAL_SANITIZE)
  target_compile_options(shoal_options INTERFACE -fsanitize=address,undefined -fno-omit-frame-pointer)
  target_link_options(shoal_options INTERFACE -fsanitize=address,undefined)
endif()

if(SHOAL_TSAN)
  target_compile_options(shoal_options INTERFACE -fsanitize=thread -fno-omit-frame-pointer)
  target_link_options(shoal_options INTERFACE -fsanitize=thread)
endif()

# Sources are chosen by suffix: x_cuda.cpp and x.cu in CUDA builds, x_stub.cpp in the others.
function(shoal_module_sources out)
  file(GLOB sources CONFIGURE_DEPENDS "*.cpp" "*.cu")
  if(SHOAL_CUDA)
    list(FILTER sources EXCLUDE REGEX "_stub\\.cpp$")
  else()
    list(FILTER sources EXCLUDE REGEX "(_cuda\\.cpp|\\.cu)$")
  endif()
  set(${out} ${sources} PARENT_SCOPE)
endfunction()

function(shoal_add_module name)
  cmake_parse_arguments(ARG "PRECOMPILE_ATEN" "" "PUBLIC;PRIVATE" ${ARGN})
  shoal_module_sources(sources)
  add_library(shoal_${name} STATIC ${sources})
  add_library(shoal::${name} ALIAS shoal_${name})
  target_include_directories(shoal_${name} PUBLIC "${CMAKE_SOURCE_DIR}/lib")
  target_link_libraries(shoal_${name} PUBLIC ${ARG_PUBLIC} PRIVATE shoal_options ${ARG_PRIVATE})
  if(ARG_PRECOMPILE_ATEN)
    target_precompile_headers(shoal_${name} PRIVATE <ATen/ATen.h>)
  endif()
endfunction()

# The environment of MPI tests only: root and more ranks than cores are allowed there, one thread per rank.
set(SHOAL_TEST_ENVIRONMENT
    "OMPI_ALLOW_RUN_AS_ROOT=1" "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1" "OMPI_MCA_rmaps_base_oversubscribe=1"
    "OMPI_MCA_btl_vader_single_copy_mechanism=none" "OMP_NUM_THREADS=1"
    "SHOAL_SOURCE_DIR=${CMAKE_SOURCE_DIR}" "SHOAL_BINARY=${CMAKE_BINARY_DIR}/bin/shoal")

if(SHOAL_SANITIZE)
  # Tests ask for more memory than there is, and expect to be refused.
  list(APPEND SHOAL_TEST_ENVIRONMENT "ASAN_OPTIONS=allocator_may_return_null=1")
endif()

if(SHOAL_TSAN)
  list(APPEND SHOAL_TEST_ENVIRONMENT "TSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/support/tsan.supp history_size=4")
endif()

function(shoal_add_test_executable target)
  add_executable(${target} ${ARGN})
  target_include_directories(${target} PRIVATE "${CMAKE_SOURCE_DIR}/tests")
  target_link_libraries(${target} PRIVATE shoal_options)
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
endfunction()

# Unit tests: every *_test.cpp beside this call in one executable.
# MPI tests: every *_mpi_test.cpp in a second one, registered at np 1, 2 and 4.
function(shoal_add_tests name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "LIBS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  file(GLOB unit_sources CONFIGURE_DEPENDS "*_test.cpp")
  set(mpi_sources ${unit_sources})
  list(FILTER unit_sources EXCLUDE REGEX "_mpi_test\\.cpp$")
  list(FILTER mpi_sources INCLUDE REGEX "_mpi_test\\.cpp$")
  if(unit_sources)
    shoal_add_test_executable(${name}_tests ${unit_sources} "${CMAKE_SOURCE_DIR}/tests/support/unit_main.cpp")
    target_link_libraries(${name}_tests PRIVATE ${ARG_LIBS})
    add_test(NAME ${name} COMMAND ${name}_tests)
    set_tests_properties(${name} PROPERTIES LABELS "unit;${name}" TIMEOUT ${ARG_TIMEOUT} ENVIRONMENT "${SHOAL_TEST_ENVIRONMENT}")
  endif()
  if(mpi_sources)
    shoal_add_test_executable(${name}_mpi_tests ${mpi_sources} "${CMAKE_SOURCE_DIR}/tests/support/mpi_main.cpp")
    target_link_libraries(${name}_mpi_tests PRIVATE ${ARG_LIBS} MPI::MPI_C)
    foreach(np 1 2 4)
      add_test(NAME ${name}_mpi_np${np} COMMAND ${MPIEXEC_EXECUTABLE} -n ${np} $<TARGET_FILE:${name}_mpi_tests>)
      set_tests_properties(${name}_mpi_np${np} PROPERTIES LABELS "mpi;${name}" TIMEOUT ${ARG_TIMEOUT} PROCESSORS 2
                           ENVIRONMENT "${SHOAL_TEST_ENVIRONMENT}")
    endforeach()
  endif()
endfunction()
