# cmake -DBUILD=folder -P build_headers.cmake: the test "headers".
foreach(step "${BUILD}" "--build;${BUILD};--target;header_tests")
  execute_process(COMMAND "${CMAKE_COMMAND}" ${step} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
