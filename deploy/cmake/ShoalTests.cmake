# shoal_add_tests(NAME LIBS … [HEADERS plain|torch] [TIMEOUT seconds]): unit tests, and MPI tests at 1, 2 and 4 ranks, of one
# folder of tests/.

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

# Compilation of tests is cheap: not optimised, which no test needs, and with the slow headers of nearly all of them compiled
# beforehand (tests/support). HEADERS: "torch" for folders whose tests use LibTorch, "plain" for the others.
function(shoal_cheap_tests target headers main)
  target_compile_options(${target} PRIVATE -O0)
  target_precompile_headers(${target} REUSE_FROM shoal_test_headers_${headers})
  target_link_libraries(${target} PRIVATE shoal_${main}_main)
endfunction()

# Unit tests: every *_test.cpp beside this call in one executable.
# MPI tests: every *_mpi_test.cpp in a second one, registered at np 1, 2 and 4.
function(shoal_add_tests name)
  cmake_parse_arguments(ARG "" "TIMEOUT;HEADERS" "LIBS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  if(NOT ARG_HEADERS)
    set(ARG_HEADERS plain)
  endif()
  file(GLOB unit_sources CONFIGURE_DEPENDS "*_test.cpp")
  set(mpi_sources ${unit_sources})
  list(FILTER unit_sources EXCLUDE REGEX "_mpi_test\\.cpp$")
  list(FILTER mpi_sources INCLUDE REGEX "_mpi_test\\.cpp$")
  if(unit_sources)
    shoal_add_test_executable(${name}_tests ${unit_sources})
    shoal_cheap_tests(${name}_tests ${ARG_HEADERS} unit)
    target_link_libraries(${name}_tests PRIVATE ${ARG_LIBS})
    add_test(NAME ${name} COMMAND ${name}_tests)
    set_tests_properties(${name} PROPERTIES LABELS "unit;${name}" TIMEOUT ${ARG_TIMEOUT} ENVIRONMENT "${SHOAL_TEST_ENVIRONMENT}")
  endif()
  if(mpi_sources)
    shoal_add_test_executable(${name}_mpi_tests ${mpi_sources})
    shoal_cheap_tests(${name}_mpi_tests ${ARG_HEADERS} mpi)
    target_link_libraries(${name}_mpi_tests PRIVATE ${ARG_LIBS} MPI::MPI_C)
    foreach(np 1 2 4)
      add_test(NAME ${name}_mpi_np${np} COMMAND ${MPIEXEC_EXECUTABLE} -n ${np} $<TARGET_FILE:${name}_mpi_tests>)
      set_tests_properties(${name}_mpi_np${np} PROPERTIES LABELS "mpi;${name}" TIMEOUT ${ARG_TIMEOUT} PROCESSORS 2
                           ENVIRONMENT "${SHOAL_TEST_ENVIRONMENT}")
    endforeach()
  endif()
endfunction()
