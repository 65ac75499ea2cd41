# header_tests: every header of lib/ compiled alone, twice in a row: it includes what it needs, once. Not part of the
# default build; the test "headers" builds it. No precompiled header here: it would hide exactly what is looked for.

file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE "${CMAKE_SOURCE_DIR}/lib" "${CMAKE_SOURCE_DIR}/lib/*.hpp")
if(NOT SHOAL_CUDA)
  list(FILTER headers EXCLUDE REGEX "_cuda\\.hpp$")
endif()

set(header_sources)
foreach(header ${headers})
  string(REPLACE "/" "_" source "${header}.cpp")
  set(source "${CMAKE_CURRENT_BINARY_DIR}/headers/${source}")
  file(CONFIGURE OUTPUT "${source}" CONTENT "#include \"${header}\"\n#include \"${header}\"\n")
  list(APPEND header_sources "${source}")
endforeach()

add_library(header_tests OBJECT EXCLUDE_FROM_ALL ${header_sources})
# -Wno-psabi: vector types are passed to inlined functions only (lib/model/CMakeLists.txt).
target_compile_options(header_tests PRIVATE -O0 -Wno-psabi)
foreach(module base comm tensor model task swarm io search)
  target_link_libraries(header_tests PRIVATE shoal::${module})
endforeach()
target_link_libraries(header_tests PRIVATE shoal_options MPI::MPI_C shoal_hdf5 yaml-cpp nlohmann_json::nlohmann_json)

add_test(NAME headers COMMAND "${CMAKE_COMMAND}" --build "${CMAKE_BINARY_DIR}" --target header_tests)
set_tests_properties(headers PROPERTIES LABELS "repository" TIMEOUT 600 RUN_SERIAL TRUE)
