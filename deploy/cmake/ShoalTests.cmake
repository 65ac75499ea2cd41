# shoal_add_tests(NAME LIBS … [HEADERS plain|torch] [ALONE file…] [SLOW file…] [TIMEOUT seconds]): unit tests, and MPI tests at 1, 2 and 4
# ranks, of one folder of tests/ and those below it. ALONE: files that must not be compiled together with others, or with HEADERS.
# SLOW: those without the label quick.

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

# Failures name files below the checkout, whichever checkout has compiled them.
add_library(shoal_test_options INTERFACE)
target_compile_options(shoal_test_options INTERFACE "-fmacro-prefix-map=${CMAKE_SOURCE_DIR}/=")
target_link_libraries(shoal_test_options INTERFACE shoal_options)

function(shoal_add_test_executable target)
  add_executable(${target} ${ARGN})
  target_include_directories(${target} PRIVATE "${CMAKE_SOURCE_DIR}/tests")
  target_link_libraries(${target} PRIVATE shoal_test_options)
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
endfunction()

# Sources of one executable, in batches: one source includes eight test files. The headers and templates that test files have in
# common cost more than the files themselves. Each test file keeps its names in a namespace of its own.
function(shoal_batches out)
  set(batches)
  set(number 0)
  while(ARGN)
    list(SUBLIST ARGN 0 8 files)
    list(REMOVE_ITEM ARGN ${files})
    list(TRANSFORM files REPLACE "^${CMAKE_SOURCE_DIR}/tests/(.*)$" "#include \"\\1\"\n")
    string(JOIN "" content ${files})
    math(EXPR number "${number} + 1")
    set(batch "${CMAKE_CURRENT_BINARY_DIR}/${out}_${number}.cpp")
    file(CONFIGURE OUTPUT "${batch}" CONTENT "${content}")
    list(APPEND batches "${batch}")
  endwhile()
  set(${out} ${batches} PARENT_SCOPE)
endfunction()

# An executable of tests that is cheap to compile: in batches, not optimised, and with the slow headers of nearly all tests
# compiled beforehand (tests/support). KIND: unit or mpi.
function(shoal_add_cheap_tests target kind headers alone)
  set(together ${ARGN})
  list(FILTER together EXCLUDE REGEX "/(${alone})$")
  set(single ${ARGN})
  list(REMOVE_ITEM single ${together})
  shoal_batches(${kind}_batch ${together})
  shoal_add_test_executable(${target} ${${kind}_batch} ${single})
  set_source_files_properties(${single} PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
  target_compile_options(${target} PRIVATE -O0)
  target_precompile_headers(${target} REUSE_FROM shoal_test_headers_${headers})
  target_link_libraries(${target} PRIVATE shoal_${kind}_main)
endfunction()

# The test files of a folder and its subfolders, but for those that a CMakeLists.txt of their own registers.
function(shoal_test_sources out)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "*_test.cpp")
  file(GLOB_RECURSE others CONFIGURE_DEPENDS "*/CMakeLists.txt")
  list(REMOVE_ITEM others "${CMAKE_CURRENT_SOURCE_DIR}/CMakeLists.txt")
  foreach(other ${others})
    cmake_path(GET other PARENT_PATH folder)
    list(FILTER sources EXCLUDE REGEX "^${folder}/")
  endforeach()
  set(${out} ${sources} PARENT_SCOPE)
endfunction()

# An entry of CTest for each test file of an executable, NAME/file, which runs the test cases of that file alone.
# KIND: unit or mpi. All but the SLOW ones also have the label quick; of MPI tests those at np 2.
function(shoal_register_files name target kind timeout slow)
  foreach(file ${ARGN})
    cmake_path(GET file STEM stem)
    cmake_path(GET file FILENAME filename)
    set(arguments --filenames-as-tags --warn NoTests "[#${stem}]")
    if(kind STREQUAL "mpi")
      set(entries)
      foreach(np 1 2 4)
        add_test(NAME ${name}/${stem}_np${np} COMMAND ${MPIEXEC_EXECUTABLE} -n ${np} $<TARGET_FILE:${target}> ${arguments})
        list(APPEND entries ${name}/${stem}_np${np})
      endforeach()
      set_tests_properties(${entries} PROPERTIES PROCESSORS 2)
      set(quick ${name}/${stem}_np2)
    else()
      add_test(NAME ${name}/${stem} COMMAND ${target} ${arguments})
      set(entries ${name}/${stem})
      set(quick ${entries})
    endif()
    set_tests_properties(${entries} PROPERTIES LABELS "${kind};${name}" TIMEOUT ${timeout} ENVIRONMENT "${SHOAL_TEST_ENVIRONMENT}")
    if(NOT filename IN_LIST slow)
      set_tests_properties(${quick} PROPERTIES LABELS "${kind};${name};quick")
    endif()
  endforeach()
endfunction()

# Unit tests: every *_test.cpp beside or below this call in one executable.
# MPI tests: every *_mpi_test.cpp in a second one, each file registered at np 1, 2 and 4.
function(shoal_add_tests name)
  cmake_parse_arguments(ARG "" "TIMEOUT;HEADERS" "LIBS;ALONE;SLOW" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  if(NOT ARG_HEADERS)
    set(ARG_HEADERS plain)
  endif()
  list(JOIN ARG_ALONE "|" alone)
  shoal_test_sources(unit_sources)
  set(mpi_sources ${unit_sources})
  list(FILTER unit_sources EXCLUDE REGEX "_mpi_test\\.cpp$")
  list(FILTER mpi_sources INCLUDE REGEX "_mpi_test\\.cpp$")
  if(unit_sources)
    shoal_add_cheap_tests(${name}_tests unit ${ARG_HEADERS} "${alone}" ${unit_sources})
    target_link_libraries(${name}_tests PRIVATE ${ARG_LIBS})
    shoal_register_files(${name} ${name}_tests unit ${ARG_TIMEOUT} "${ARG_SLOW}" ${unit_sources})
  endif()
  if(mpi_sources)
    shoal_add_cheap_tests(${name}_mpi_tests mpi ${ARG_HEADERS} "${alone}" ${mpi_sources})
    target_link_libraries(${name}_mpi_tests PRIVATE ${ARG_LIBS} MPI::MPI_C)
    shoal_register_files(${name} ${name}_mpi_tests mpi ${ARG_TIMEOUT} "${ARG_SLOW}" ${mpi_sources})
  endif()
endfunction()
