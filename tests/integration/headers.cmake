# header_tests: every header of lib/ compiled alone, twice in a row: it includes what it needs, once. Not part of the
# default build; the test "headers" builds it. A header comes with nothing precompiled but the slowest of those that it
# includes anyway (header_groups.py), or that would hide exactly what is looked for.

file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE "${CMAKE_SOURCE_DIR}/lib" "${CMAKE_SOURCE_DIR}/lib/*.hpp")
execute_process(COMMAND "${Python3_EXECUTABLE}" -B "${CMAKE_CURRENT_SOURCE_DIR}/header_groups.py" "${CMAKE_SOURCE_DIR}"
                OUTPUT_VARIABLE header_groups OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
string(REPLACE "\n" ";" header_groups "${header_groups}")

set(slow_headers)
foreach(line ${header_groups})
  string(REPLACE "\t" ";" line "${line}")
  list(GET line 0 slow)
  list(GET line 1 header)
  if(header MATCHES "_cuda\\.hpp$" AND NOT SHOAL_CUDA)
    continue()
  endif()
  string(REPLACE "/" "_" source "${header}.cpp")
  set(source "${CMAKE_CURRENT_BINARY_DIR}/headers/${source}")
  file(CONFIGURE OUTPUT "${source}" CONTENT "#include \"${header}\"\n#include \"${header}\"\n")
  string(MAKE_C_IDENTIFIER "after_${slow}" group)
  list(APPEND ${group} "${source}")
  list(APPEND slow_headers "${slow}")
endforeach()
list(REMOVE_DUPLICATES slow_headers)

add_custom_target(header_tests)
foreach(slow IN LISTS slow_headers)
  string(MAKE_C_IDENTIFIER "after_${slow}" group)
  add_library(headers_${group} OBJECT EXCLUDE_FROM_ALL ${${group}})
  # -Wno-psabi: vector types are passed to inlined functions only (lib/model/CMakeLists.txt).
  target_compile_options(headers_${group} PRIVATE -O0 -Wno-psabi)
  target_link_libraries(headers_${group} PRIVATE shoal::search shoal::slurm)
  target_link_libraries(headers_${group} PRIVATE shoal_options MPI::MPI_C shoal_hdf5 yaml-cpp nlohmann_json::nlohmann_json)
  if(NOT slow STREQUAL "none")
    target_precompile_headers(headers_${group} PRIVATE "<${slow}>")
  endif()
  add_dependencies(header_tests headers_${group})
endforeach()

# Configured anew first: which header includes what may have changed.
add_test(NAME headers COMMAND "${CMAKE_COMMAND}" -DBUILD=${CMAKE_BINARY_DIR} -P "${CMAKE_CURRENT_SOURCE_DIR}/build_headers.cmake")
set_tests_properties(headers PROPERTIES LABELS "repository" TIMEOUT 600 RUN_SERIAL TRUE)
